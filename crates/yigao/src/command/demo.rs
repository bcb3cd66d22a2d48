pub(super) async fn run(_: &super::Call<'_>, _: crate::cli::Demo) -> anyhow::Result<()> {
    anyhow::bail!("not yet")
}
