"""Every page of Probatum: who opens it, and what stands in its address.

An address is a page unless it is named in NO_PAGES. Words in braces are keys of what
`tests.journeys.world.build` returns.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from registry.people.models import Role

ADMINISTRATOR = Role.ADMINISTRATOR.value
RISK = Role.RISK_OFFICER.value
COMPLIANCE = Role.COMPLIANCE_OFFICER.value
OVERSEER = Role.OVERSEER.value
ENGINEER = Role.ENGINEER.value
AUDITOR = Role.AUDITOR.value
NOBODY = ""


@dataclass(frozen=True)
class Page:
    """One page as one role sees it; `also` tells two of the same address apart."""

    address: str
    role: str
    parts: Mapping[str, str]
    query: str = ""
    path: str = ""
    also: str = ""

    @property
    def name(self) -> str:
        return f"{self.address} {self.also}".strip()

    def url(self, world: Mapping[str, str]) -> str:
        if self.path:
            return world[self.path]
        parts = {key: value.format(**world) for key, value in self.parts.items()}
        return reverse(self.address, kwargs=parts) + self.query.format(**world)


def _page(
    address: str,
    role: str = COMPLIANCE,
    *,
    query: str = "",
    path: str = "",
    also: str = "",
    **parts: str,
) -> Page:
    return Page(address, role, parts, query, path, also)


SYSTEM = {"pk": "{system}"}
BARE = {"pk": "{bare}"}
LEAF = {**SYSTEM, "version_id": "{version}", "leaf": "{leaf}"}
UNWRITTEN = {**LEAF, "leaf": "{unwritten}"}
DRAFT = {**SYSTEM, "operator": "{operator}", "section": "annex-viii-c"}
EVENT = {**SYSTEM, "event_id": "{event}"}
REVIEWED = {**SYSTEM, "event_id": "{reviewed}"}
SOURCE = {**SYSTEM, "source_id": "{source}"}
FACT = {**SYSTEM, "operator_id": "{operator}", "flag": "employer"}
ASSESSMENT = {**SYSTEM, "paper_id": "{assessment}"}
RECORD = {**SYSTEM, "paper_id": "{exemption_record}"}
MODEL = {"pk": "{model}"}
DATASET = {"pk": "{dataset}"}

PAGES = [
    _page("home:home"),
    *(_page("home:home", role.value, also=role.value) for role in Role),
    _page("home:search", query="?q=credit"),
    _page("home:law"),
    _page("lawbook:timeline"),
    _page("lawbook:changes"),
    _page("lawbook:deadlines"),
    _page("lawbook:count", limit_id="art-73-2-general"),
    _page(
        "lawbook:count",
        also="counted",
        limit_id="art-73-2-general",
        query="?providerday=2026-12-09&deployerday=2026-12-04&country=DE",
    ),
    _page("lawbook:duties"),
    _page("lawbook:whatif", **SYSTEM),
    _page("lawbook:whatif", also="bare", **BARE),
    _page("law_changes:moves"),
    _page("law_changes:of_system", **SYSTEM),
    _page("health:page"),
    _page("health:fault", pk="{fault}"),
    _page("retention:report"),
    _page("retention:removal", pk="{removal}"),
    _page("retention:system", **SYSTEM),
    _page("retention:add_duty", **SYSTEM),
    _page("retention:end_duty", **SYSTEM, duty_id="{duty}"),
    _page("retention:add_hold", **SYSTEM),
    _page("retention:lift_hold", **SYSTEM, hold_id="{hold}"),
    _page("login", NOBODY),
    _page("password_reset", NOBODY),
    _page("password_reset_done", NOBODY),
    _page("password_reset_confirm", NOBODY, path="reset"),
    _page("invitation", NOBODY, path="invitation"),
    _page("password_change"),
    _page("people:sessions"),
    _page("people:members", ADMINISTRATOR),
    _page("people:invite", ADMINISTRATOR),
    _page("people:member", ADMINISTRATOR, pk="{person}"),
    _page("people:until", ADMINISTRATOR, pk="{role}"),
    _page("people:keys", ADMINISTRATOR),
    _page("access:given", ADMINISTRATOR, pk="{authority_role}"),
    _page("operators:list"),
    _page("operators:add"),
    _page("operators:edit", pk="{operator}"),
    _page("systems:list"),
    _page("systems:register"),
    _page("systems:overview", **SYSTEM),
    _page("systems:overview", also="bare", **BARE),
    _page("systems:edit", **SYSTEM),
    _page("systems:versions", **SYSTEM),
    _page("systems:add_version", ENGINEER, **SYSTEM),
    _page("systems:add_change", **SYSTEM),
    _page("systems:add_role", **SYSTEM),
    _page("systems:end_role", **SYSTEM, role_id="{operator_role}"),
    _page("systems:sources", ENGINEER, **SYSTEM),
    _page("systems:mint_key", ENGINEER, **SOURCE),
    _page("systems:revoke_key", ENGINEER, **SOURCE, prefix="{source_key}"),
    _page("documents:list", **SYSTEM),
    _page("documents:upload", **SYSTEM),
    _page("datasets:list"),
    _page("datasets:add", ENGINEER),
    _page("datasets:detail", **DATASET),
    _page("datasets:use", ENGINEER, **DATASET),
    _page("datasets:add_version", ENGINEER, **DATASET),
    _page("datasets:version", **DATASET, version_id="{dataset_version}"),
    _page("datasets:of_system", **SYSTEM),
    _page("aimodels:list"),
    _page("aimodels:add", ENGINEER),
    _page("aimodels:detail", **MODEL),
    _page("aimodels:use", ENGINEER, **MODEL),
    _page("aimodels:add_version", ENGINEER, **MODEL),
    _page("aimodels:version", **MODEL, version_id="{model_version}"),
    _page("aimodels:of_system", **SYSTEM),
    _page("deployments:of_system", ENGINEER, **SYSTEM),
    _page("deployments:add", ENGINEER, **SYSTEM),
    _page("deployments:go_live", ENGINEER, **SYSTEM, deployment_id="{deployment}"),
    _page("deployments:end", ENGINEER, **SYSTEM, period_id="{period}"),
    _page("deployments:live", **SYSTEM),
    _page("predictions:all"),
    _page("predictions:queue", OVERSEER),
    _page("predictions:list", **SYSTEM),
    _page("predictions:list", also="bare", **BARE),
    _page("predictions:figures", **SYSTEM),
    _page("predictions:coverage", **SYSTEM),
    _page("predictions:coverage", **SYSTEM, query="?days=90", also="period"),
    _page("predictions:detail", OVERSEER, **EVENT),
    _page(
        "predictions:detail",
        AUDITOR,
        also="reviewed",
        **EVENT | {"event_id": "{reviewed}"},
    ),
    _page("predictions:disclose", RISK, **EVENT),
    _page("predictions:oversight", **SYSTEM),
    _page("predictions:trail", **SYSTEM),
    _page("predictions:organisation_trail"),
    _page("erasures:of_system", **SYSTEM),
    _page("erasures:add", COMPLIANCE, **SYSTEM),
    _page("erasures:detail", COMPLIANCE, **SYSTEM, erasure_id="{erasure}"),
    _page("erasures:detail", also="erased", **SYSTEM, erasure_id="{erased}"),
    _page("circumstances:of_system", **SYSTEM),
    _page("circumstances:of_system", also="bare", **BARE),
    _page("circumstances:state", **FACT),
    _page("circumstances:of_operator", pk="{operator}"),
    _page("circumstances:everywhere", pk="{operator}", flag="employer"),
    _page("classification:overview", **SYSTEM),
    _page("classification:overview", RISK, also="bare", **BARE),
    _page("classification:one", **SYSTEM, classification_id="{classification}"),
    _page("classification:wizard", RISK, **SYSTEM),
    _page("classification:wizard", RISK, also="begun", query="?page=1", **BARE),
    _page("classification:review", RISK, **BARE),
    _page("value_chain:of_system", **SYSTEM),
    _page("value_chain:of_system", also="bare", **BARE),
    _page("value_chain:roles"),
    _page("value_chain:answer", **SYSTEM, kind="version", occasion_id="{version}"),
    _page("classification:verdict", RISK, **BARE),
    _page("classification:asked", ENGINEER, **SYSTEM, request_id="{fact_request}"),
    _page("documentation:overview", **SYSTEM, query="?version={version}"),
    _page("documentation:overview", also="bare", **BARE),
    _page("documentation:leaf", **LEAF),
    _page("documentation:leaf", RISK, also="author", **LEAF),
    _page("documentation:leaf", RISK, also="missing", **UNWRITTEN),
    _page("fria:of_system", **SYSTEM),
    _page("fria:of_system", also="bare", **BARE),
    _page("fria:one", **ASSESSMENT),
    _page("fria:part", RISK, **ASSESSMENT, element="fria-c"),
    _page("fria:notify", **ASSESSMENT),
    _page("derogation:of_system", **SYSTEM),
    _page("derogation:of_system", also="bare", **BARE),
    _page("derogation:one", RISK, **RECORD),
    _page("derogation:part", RISK, **RECORD, element="derogation-risk"),
    _page("registration:of_system", **SYSTEM),
    _page("registration:of_system", also="bare", **BARE),
    _page("registration:draft", **DRAFT),
    _page("registration:draft", query="?on=2026-07-01", also="earlier", **DRAFT),
    _page("registration:field", RISK, **DRAFT, field="annex-viii-c-4"),
    _page("registration:submission", **SYSTEM, submission_id="{submission}"),
    _page("obligations:all"),
    _page("obligations:all", also="list", query="?view=list"),
    _page("obligations:calendar"),
    _page("obligations:of_system", **SYSTEM),
    _page("obligations:of_system", also="later", query="?on=2028-01-01", **SYSTEM),
    _page("obligations:of_system", also="bare", **BARE),
    _page("obligations:one", **SYSTEM, obligation_id="{obligation}"),
    _page("obligations:deadline", **SYSTEM, obligation_id="{timed}"),
    _page("obligations:one", also="decide", **SYSTEM, obligation_id="{submitted}"),
    _page("dossiers:all"),
    _page("dossiers:list", **SYSTEM),
    _page("dossiers:detail", pk="{dossier}"),
]


def addresses() -> set[str]:
    """The name of every address, but for the admin console's and the API's."""
    return {
        name
        for name, path in _walk(get_resolver(), "", "")
        if not path.startswith(("api/v1/", "log/", "admin/"))
    }


def _walk(resolver: URLResolver, space: str, above: str) -> Iterator[tuple[str, str]]:
    for found in resolver.url_patterns:
        path = above + str(found.pattern)
        if isinstance(found, URLPattern):
            yield f"{space}{found.name}", path
        else:
            inner = f"{space}{found.namespace}:" if found.namespace else space
            yield from _walk(found, inner, path)
