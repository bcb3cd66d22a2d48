//! The SSRF guard: an address from an item or a configuration reaches nothing inside the internal network, unless it was named.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Private hosts that may be reached all the same: `host` or `host:port`, from the configuration.
#[derive(Clone, Debug, Default)]
pub struct PrivateHosts {
    named: Arc<BTreeSet<String>>,
}

impl PrivateHosts {
    /// The hosts named.
    pub fn new(named: impl IntoIterator<Item = String>) -> Self {
        Self {
            named: Arc::new(named.into_iter().map(|h| h.to_ascii_lowercase()).collect()),
        }
    }

    fn allows(&self, host: &str, port: Option<u16>) -> bool {
        let host = host.to_ascii_lowercase();
        let with_port = port.map(|p| format!("{host}:{p}"));
        self.named.contains(&host) || with_port.is_some_and(|h| self.named.contains(&h))
    }

    /// Reads an address and refuses schemes other than http and https, user names in it, and private IP literals.
    ///
    /// # Errors
    /// One sentence with what to do.
    pub(crate) fn check(&self, address: &str) -> Result<Url, String> {
        let url = Url::parse(address).map_err(|e| format!("the address cannot be read: {e}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!(
                "scheme {} is not allowed, only http and https",
                url.scheme()
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "user names in addresses are not allowed; use the destination's secrets".to_owned(),
            );
        }
        let ip = match url.host() {
            None => return Err("the address has no host".to_owned()),
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
        };
        let host = url
            .host_str()
            .unwrap_or_default()
            .trim_matches(['[', ']'])
            .to_owned();
        match ip {
            Some(ip) if is_private(ip) && !self.allows(&host, url.port_or_known_default()) => {
                Err(format!(
                    "{host} is a private address; name it under [network] private_hosts if it is meant"
                ))
            }
            _ => Ok(url),
        }
    }
}

impl PrivateHosts {
    /// Resolves a host for a transport that is no HTTP: the first answer that may be reached. An address is its own answer.
    ///
    /// # Errors
    /// One sentence with what to do.
    pub(crate) async fn reachable(&self, host: &str, port: u16) -> Result<SocketAddr, String> {
        let named = self.allows(host, Some(port));
        let found = tokio::net::lookup_host((host, port))
            .await
            .map_err(|e| format!("{host} cannot be resolved: {e}"))?;
        let mut private = false;
        for address in found {
            if named || !is_private(address.ip()) {
                return Ok(address);
            }
            private = true;
        }
        Err(if private {
            format!(
                "{host} leads only to private addresses; name it under [network] private_hosts if it is meant"
            )
        } else {
            format!("{host} has no address")
        })
    }
}

/// Addresses that no public server has.
pub(crate) fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_private_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped().or_else(|| nat64(ip)) {
            Some(inner) => is_private_v4(inner),
            None => {
                let first = ip.segments().first().copied().unwrap_or(0);
                ip.is_loopback()
                    || ip.is_unspecified()
                    || ip.is_multicast()
                    || (first & 0xfe00) == 0xfc00
                    || (first & 0xffc0) == 0xfe80
            }
        },
    }
}

fn is_private_v4(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (b == 18 || b == 19))
}

/// `64:ff9b::/96` carries an IPv4 address in its last 32 bits.
fn nat64(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, high, low] = ip.segments();
    let prefix = (a, b, c, d, e, f) == (0x64, 0xff9b, 0, 0, 0, 0);
    prefix.then(|| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)))
}

/// Resolves names and drops private answers, so that a name cannot lead inside either, whatever its server answers today.
#[derive(Clone, Debug)]
pub(crate) struct Resolver {
    hosts: PrivateHosts,
}

impl Resolver {
    pub(crate) fn new(hosts: PrivateHosts) -> Arc<Self> {
        Arc::new(Self { hosts })
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let hosts = self.hosts.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            let named = hosts.allows(&host, None)
                || hosts
                    .named
                    .iter()
                    .any(|h| h.starts_with(&format!("{host}:")));
            let shared_value: Vec<SocketAddr> = found
                .into_iter()
                .filter(|a| named || !is_private(a.ip()))
                .collect();
            if shared_value.is_empty() {
                let message = format!(
                    "{host} leads only to private addresses; name it under [network] private_hosts if it is meant"
                );
                return Err(message.into());
            }
            let addresses: Addrs = Box::new(shared_value.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_literals_are_refused_in_every_notation() {
        let hosts = PrivateHosts::default();
        let private = [
            "http://127.0.0.1/",
            "http://10.1.2.3/",
            "http://192.168.0.1/",
            "http://169.254.169.254/latest/meta-data",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[fd00::1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://0x7f000001/",
            "http://2130706433/",
            "http://100.64.0.1/",
        ];
        for address in private {
            assert!(hosts.check(address).is_err(), "{address} was let through");
        }
        assert!(hosts.check("https://93.184.216.34/").is_ok());
        assert!(hosts.check("https://www.example.gov.cn/a").is_ok());
    }

    #[test]
    fn only_http_without_user_names() {
        let hosts = PrivateHosts::default();
        for address in [
            "file:///etc/passwd",
            "ftp://a.cn/",
            "http://user:pw@a.cn/",
            "nonsense",
        ] {
            assert!(hosts.check(address).is_err(), "{address}");
        }
    }

    #[test]
    fn a_named_private_host_is_let_through_on_its_port_alone() {
        let hosts = PrivateHosts::new(["127.0.0.1:8080".to_owned()]);
        assert!(hosts.check("http://127.0.0.1:8080/x").is_ok());
        assert!(hosts.check("http://127.0.0.1:8081/x").is_err());
    }
}
