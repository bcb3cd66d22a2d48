# Run by zconsole: makes the site that the tests use, with a user for the hub and two public folders.
from AccessControl.SecurityManagement import newSecurityManager
from plone import api
from plone.distribution.api import site as site_api
from Testing.makerequest import makerequest
from zope.component.hooks import setSite
from zope.globalrequest import setRequest
import transaction

app = makerequest(app)  # noqa: F821
setRequest(app.REQUEST)
newSecurityManager(None, app.acl_users.getUser("admin").__of__(app.acl_users))
site_api.create(
    app,
    "classic",
    {
        "site_id": "site",
        "title": "青川市文化和旅游局",
        "description": "",
        "default_language": "zh-cn",
        "portal_timezone": "Asia/Shanghai",
        "setup_content": False,
    },
)
site = app["site"]
setSite(site)
for profile in ("plone.restapi:default", "plone.app.contenttypes:default"):
    if site.portal_setup.getLastVersionForProfile(profile) == "unknown":
        site.portal_setup.runAllImportStepsFromProfile("profile-" + profile)
for user, roles in (("yigao", ["Member", "Contributor", "Editor", "Reviewer"]), ("reader", ["Member"])):
    site.portal_registration.addMember(
        user,
        "plone-password-0123456789",
        roles,
        properties={"username": user, "email": user + "@example.invalid"},
    )
workflow = site.portal_workflow
workflow.setChainForPortalTypes(["Folder", "News Item"], ("simple_publication_workflow",))
workflow.setChainForPortalTypes(["Image", "File"], ())
for name, title in (("news", "要闻动态"), ("files", "图片和附件")):
    folder = api.content.create(site, "Folder", name, title)
    api.content.transition(folder, "publish")
transaction.commit()
