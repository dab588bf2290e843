"""A proposal as files that other programs and people read: the formats of the register's own lists."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from stations.model.errors import BadChoice
from stations.model.language import current_language, mark, use_language
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.model.vocabulary import Datum, Status
from stations.output.tables import FORMATS, LAYERS, write_layer, write_table
from stations.planning.coverage.show import basis
from stations.planning.publishing.contract_siting import proposal_features
from stations.planning.publishing.downloads import handed_out, provenance, told
from stations.planning.siting.proposal import Proposal
from stations.planning.siting.tables import proposal_sentence, site_table

if TYPE_CHECKING:
    from pandas import DataFrame


def write_proposal(settings: Settings, proposal: Proposal, path: Path) -> int:
    """Write the sites to `path` in the format of its ending, one of `output.tables.FORMATS`; return how many.

    Every row says what is proposed with which gap, and of which data; made-up data is named so. It can be read again:
    as a list of hosts, or into a register, where each row is a planned station. The audit keeps who exported it.
    Raises `NotAllowed`, and `BadChoice` for another ending.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise BadChoice(what=mark("File format"), value=path.suffix or path.name, offered=", ".join(FORMATS))
    handed_out(settings, f"recommend → {path.name}")
    if suffix == ".geojson":
        path.write_text(json.dumps(proposal_features(proposal), ensure_ascii=False), encoding="utf-8")
        return len(proposal.sites)
    table = told(_as_stations(proposal), _about(proposal))
    if suffix in LAYERS:
        write_layer(table, path, place=(_("Longitude"), _("Latitude")), name=_("Name"))
    else:
        write_table(table.assign(**{_("Datum"): Datum.WGS84.value}), path)
    return len(table)


def _as_stations(proposal: Proposal) -> DataFrame:
    """Return the sites under the headings of a list of stations, as far as it has them; each is planned."""
    table = site_table(proposal).rename(columns={_("Place"): _("Name")}).reset_index()
    return table.assign(**{_("Status"): Status.PLANNED.label(current_language())})


def _about(proposal: Proposal) -> str:
    """Return what is proposed, how good that is, and what it rests on: the people, and how distance is measured."""
    return provenance(proposal.before.holdings, proposal_sentence(proposal), basis(proposal.before))


def proposal_file(settings: Settings, proposal: Proposal, *, name: str) -> bytes:
    """Return what `write_proposal` writes to a file of that name; it may be asked for in another thread than a page's.

    Raises as that does.
    """
    use_language(settings.language)
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        write_proposal(settings, proposal, path)
        return path.read_bytes()
