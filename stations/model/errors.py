"""Everything that can go wrong, in one tree.

::

    StationsError
    ├── BadFile (ValueError)            a file cannot be read as what it claims to be
    ├── BadCoordinates (ValueError)     numbers that are no place, or a datum that is not known
    ├── DegreesNotMetres (ValueError)   a measure was asked of a frame that is not in a metric CRS
    ├── BadChoice (ValueError)          a setting or option outside what is offered
    │   ├── BadAmount                   an amount that cannot be, where another one can
    │   ├── NotTogether                 two wishes that do not go together
    │   ├── NotGiven                    a wish that leaves out what it needs
    │   │   └── NoCandidates            none of the places that were looked at can have a new station
    │   └── CostNotGiven                nobody says what some of the candidates cost
    ├── SitingError (ValueError)         a question about sites that has no answer
    │   ├── BadTable                    a matrix, weights or costs that cannot be used
    │   │   ├── BadValue                what was given instead
    │   │   └── BadEntry                which of several values is the first, and where
    │   ├── TooManySites                more sites are wanted than there are candidates
    │   ├── TooFewSites                 so few sites cannot be reached by everybody
    │   ├── NobodyInReach               no candidate reaches anybody, or nobody is to be reached
    │   ├── TargetOutOfReach            no choice covers the share that is wanted
    │   ├── FloorOutOfReach             no choice covers the share that a district is to have
    │   ├── TooFarForSome               somebody is near no candidate
    │   ├── TooFewForAll                the conditions need more than there may be
    │   ├── BothTooLittle               the conditions need more sites and more money than there may be
    │   ├── NoneInTime                  the time was over before any choice was found
    │   └── BudgetTooSmall              not even the cheapest candidate can be paid
    ├── HiddenInDoubt (ValueError)      what is hidden (*) in a text is not certain (`stations.model.privacy`)
    ├── UnknownCity (LookupError)       no profile and no outline for an adcode
    ├── NoDemand (LookupError)          people were asked for where no demand data exists
    ├── NoNetwork (LookupError)         no street network has been imported (`stations.planning.coverage.streets`)
    ├── NotWritten (OSError)            a file that was asked for cannot be written
    ├── SavedAlready (RuntimeError)     the same form was saved before with something else in it
    ├── RegisterUnavailable (OSError)   the store cannot be opened, read or written
    │   ├── RegisterFull                there is no room to write in
    │   ├── RegisterDamaged             its file is not whole
    │   ├── RegisterBusy                somebody else is writing, and does not end
    │   ├── RegisterReadOnly            it can be read, and not be written
    │   └── ServerAway                  the database server does not answer
    ├── StaleRevision (RuntimeError)    the register changed between reading and writing (`stations.store.register`)
    ├── UnknownRevision (LookupError)   the register has no revision of that number (`stations.store.register`)
    ├── MissingFont (OSError)           the font of figures cannot be read (`stations.output.figures.text`)
    ├── NotAccepted (ValueError)        what was entered is no valid record (`stations.planning.records.edit`)
    ├── UnknownRecord (LookupError)     the city has no record of that number (`stations.planning.records.entering`)
    ├── NothingToUndo (LookupError)     a revision that changed no record of the city (`stations.planning.records.undo`)
    ├── IdentifierTaken (ValueError)    the number of a new record is that of another one (`stations.store.changes`)
    ├── ChangedSince (RuntimeError)     a revision to take back is no longer the last (`stations.planning.records.undo`)
    ├── StaleRecord (RuntimeError)      somebody else saved the same record first (`stations.store.changes`)
    ├── UnknownPhoto (LookupError)      a photo that a record names is not kept (`stations.store.changes`)
    ├── SignInRefused (PermissionError) name and password do not fit (`stations.planning.access.accounts`)
    ├── TooManyTries (PermissionError)  too many refusals of late (`stations.planning.access.accounts`)
    ├── NotSignedIn (PermissionError)   nobody is signed in, or not any more (`stations.planning.access.accounts`)
    ├── UnknownIdentity (PermissionError) whose identity opens no account (`stations.planning.access.identities`)
    ├── NotVouchedFor (PermissionError) the provider vouches for no name (`stations.planning.access.identities`)
    ├── FirstPassword (PermissionError) the password is still to be changed (`stations.planning.access.accounts`)
    ├── WeakPassword (ValueError)       a password that is easily guessed (`stations.planning.access.accounts`)
    ├── LastAdministrator (ValueError)  nobody would be left to manage accounts (`stations.planning.access.accounts`)
    ├── AccountExists (ValueError)      there is an account of that name (`stations.store.accounts`)
    ├── UnknownAccount (LookupError)    there is no account of that name (`stations.store.accounts`)
    ├── NotAllowed (PermissionError)    the role does not have the right (`stations.planning.access.rights`)
    ├── OtherUnion (PermissionError)    the record is another union's (`stations.planning.access.rights`)
    ├── NoSuchAddress (LookupError)     nothing has the address that is asked for (`stations.planning.publishing.feeds`)
    ├── TooManyFeatures (ValueError)    one answer would be too long (`stations.planning.publishing.feeds`)
    ├── TooBusy (RuntimeError)          more pictures are asked for than drawn (`stations.planning.publishing.feeds`)
    ├── OtherInputs (ValueError)        other data than a file was made with (`stations.planning.coverage.inputs`)
    ├── OtherClock (ValueError)         a revision has another date in a file (`stations.planning.maps.snapshots`)
    ├── LinkRefused (PermissionError)   a link was changed, or revoked (`stations.planning.access.links`)
    ├── LinkExpired (PermissionError)   the time of a link is over (`stations.planning.access.links`)
    ├── GeocoderFailed (RuntimeError)   a geocoder gives no usable answer (`stations.intake.locating.geocoding`)
    ├── NotEmpty (ValueError)           there is a register where one is to be moved to (`stations.store.moving`)
    ├── NotEqual (RuntimeError)         a copy is not what was copied (`stations.store.moving`)
    ├── NewerDatabase (RuntimeError)    a newer version of this program wrote it (`stations.store.migrations`)
    └── DifferentCrs (ValueError)       two layers are not in one CRS (`stations.analysis.planar`)

Each class carries one sentence that says what, where, and what to do. ``str(error)`` is that sentence in the
language of the reader, not of the thread that failed: it is put together when it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from stations.model.language import gettext, mark

_DIGITS = 15
"""So many decimal digits of a number are always what was meant: a float holds no more of them."""


class StationsError(Exception):
    """Root of the tree; `fields` fill the class's `template`."""

    template: ClassVar[str] = mark("Something went wrong: {reason}.")

    def __init__(self, **fields: object) -> None:
        super().__init__()
        self.fields = fields

    def __str__(self) -> str:
        return gettext(self.template).format_map({key: _told(value) for key, value in self.fields.items()})


def _told(value: object) -> object:
    """Return what a field is said as: words in the language of the reader, a number so that it can be asked with."""
    if isinstance(value, str):
        return gettext(value)
    return _written(float(value)) if isinstance(value, float) else value


def _written(number: float) -> str:
    """Return a number as one writes it, without an exponent; the rounding of sums, beyond 15 digits, is not told."""
    if not abs(number) < 10.0**_DIGITS:
        return str(number)
    return format(Decimal(f"{number:.{_DIGITS}g}"), ",f")


class BadFile(StationsError, ValueError):
    """A file cannot be read as what it claims to be. Fields: file, reason, remedy.

    Of a workbook, or a file of several layers, there are two more: `sheet`, which cannot be read (``None``: one has to
    be chosen), and `sheets`, of which another one may be; of layers `header_row` as well, which is 0.
    """

    template = mark("{file}: {reason} {remedy}")


class BadCoordinates(StationsError, ValueError):
    """Numbers that are no place on earth, or a datum that is not known. Fields: reason, remedy."""

    template = mark("The coordinates cannot be used: {reason} {remedy}")


class DegreesNotMetres(StationsError, ValueError):
    """A measure in metres was asked of a frame in degrees or without a CRS. Fields: what, crs."""

    template = mark("{what} needs a metric CRS; given: {crs}. Project the data with the city's metric CRS first.")


class BadChoice(StationsError, ValueError):
    """A setting or option outside what is offered. Fields: what, value, offered."""

    template = mark("{what}: “{value}” cannot be used. Allowed: {offered}.")


class BadAmount(BadChoice):
    """An amount that cannot be, where another one can. Fields: what, value, offered.

    There are two more: `choice` is what a page calls it in its address, `amount` what may be chosen there.
    """

    template = mark("{what}: {value} cannot be. What can be: {offered}.")


class NotTogether(BadChoice):
    """Two wishes of which one can be met. Fields: what, other.

    There is one more: `choices` are the names, in a page's address, of those that can be left out.
    """

    template = mark("“{what}” and “{other}” cannot be wanted together. Leave one of them out, or choose another one.")


class NotGiven(BadChoice):
    """A wish that leaves out what it needs. Fields: what, offered."""

    template = mark("{what} is not given. Give {offered}.")


class NoCandidates(NotGiven):
    """None of the places that were looked at can have a new station. Fields: where, offered.

    There are two more: `adding` are the kinds of places that can be looked at, too, `excluded` is whether land is.
    """

    template = mark("There is no place for a new station yet ({where}). Look at more places: {offered}.")


class CostNotGiven(BadChoice):
    """Stations are to be paid for, and nobody says what some of the candidates cost. Fields: what, options."""

    template = mark(
        "{what} is not given. Give a cost for every kind of place ({options}), or a column “cost” in the list of hosts."
    )


class SitingError(StationsError, ValueError):
    """A question about sites that has no answer; each kind names the nearest one that has. Fields: reason."""

    template = mark("The question about sites has no answer: {reason}.")

    def __str__(self) -> str:
        told = {key: f"{value:,}" if type(value) is int else value for key, value in self.fields.items()}
        return gettext(self.template).format_map({key: _told(value) for key, value in told.items()})


class BadTable(SitingError):
    """A matrix, weights, costs or positions that cannot be used. Fields: what, reason."""

    template = mark("{what} cannot be used: {reason}.")


class BadValue(BadTable):
    """What is given cannot be used. Fields: what, reason, value."""

    template = mark("{what} cannot be used: {reason}. Given: {value}.")


class BadEntry(BadTable):
    """One of several values cannot be used. Fields: what, reason, where, value. `where` counts from 0."""

    template = mark("{what} cannot be used: {reason}. The first is at {where}, counted from 0: {value}.")


class TooManySites(SitingError):
    """More sites are wanted than there are candidates. Fields: sites, candidates."""

    template = mark(
        "{sites} sites cannot be chosen: the number of candidates is {candidates}. Ask for {candidates} or fewer."
    )


class TooFewSites(SitingError):
    """So few sites cannot be reached by everybody whom some candidate could serve. Fields: sites, needed."""

    template = mark(
        "The number of sites, {sites}, is too small for everybody to have one in reach. Ask for {needed} or more, or "
        "allow a longer way."
    )


class NobodyInReach(SitingError):
    """No candidate reaches anybody who weighs anything. Fields: candidates."""

    template = mark(
        "No candidate has anybody in reach (of {candidates}). Allow a longer way, or give candidates where people are."
    )


class TargetOutOfReach(SitingError):
    """No choice covers what is wanted. Fields: target, possible. Both in percent."""

    template = mark(
        "All candidates together cover {possible}%, not {target}%. Ask for that or less, or give candidates near the "
        "others."
    )


class FloorOutOfReach(SitingError):
    """No choice covers the share that a district is to have. Fields: district, floor, possible. In percent."""

    template = mark(
        "In {district} all candidates together cover {possible}%, not {floor}%. Ask for that or less, or give "
        "candidates there."
    )


class TooFarForSome(SitingError):
    """Somebody is near no candidate, though everybody has to be. Fields: rows. So many demand points."""

    template = mark(
        "Demand points without a candidate within the largest distance: {rows}. "
        "Allow a longer one, or give candidates near them."
    )


class TooFewForAll(SitingError):
    """The conditions need more than there may be. Fields: what, given, needed. What is needed is enough."""

    template = mark(
        "The conditions cannot be kept. {what}: {given} is too little, {needed} is enough. "
        "Ask with that, or relax the conditions."
    )


class BothTooLittle(SitingError):
    """The conditions need more sites and more money than there may be. Fields: sites, budget, enough, needed.

    So many sites are `enough` where the budget is what is `needed`.
    """

    template = mark(
        "The conditions cannot be kept. {sites} sites and a budget of {budget} are too little, {enough} sites and a "
        "budget of {needed} are enough. Ask with that, or relax the conditions."
    )


class NoneInTime(SitingError):
    """The time was over before any choice was found that keeps the conditions. Fields: seconds."""

    template = mark("No choice that keeps the conditions was found in {seconds} seconds. Allow more time.")


class BudgetTooSmall(SitingError):
    """Not even the cheapest candidate can be paid. Fields: budget, cheapest."""

    template = mark(
        "The budget of {budget} pays for no candidate: the cheapest costs {cheapest}. Ask with that or more."
    )


class UnknownCity(StationsError, LookupError):
    """No profile and no outline is known for an adcode. Fields: adcode."""

    template = mark(
        "No city with the code {adcode} is known. "
        "Give the six-digit code of a prefecture-level city, for example 340400."
    )


class NoDemand(StationsError, LookupError):
    """People were asked for where no demand data exists. Fields: city."""

    template = mark(
        "There is no population data for {city}. Give a file with people: points, areas or a raster (--demand FILE)."
    )


class NotWritten(StationsError, OSError):
    """A file that was asked for cannot be written. Fields: file, reason."""

    template = mark("{file} cannot be written: {reason}. Choose another place, or close it in the other program.")


class SavedAlready(StationsError, RuntimeError):
    """The same form was saved before with something else in it. Fields: revision."""

    template = mark(
        "This form was saved already, as revision {revision}, in another tab or window, and not as it is here. "
        "What you have entered is kept. Compare it with what was saved, then save again."
    )


_SYSTEM_SAYS = (
    mark("Permission denied"),
    mark("No such file or directory"),
    mark("Is a directory"),
    mark("Not a directory"),
    mark("No space left on device"),
    mark("Read-only file system"),
    mark("File name too long"),
)
"""What systems say most often when they refuse a file; named here to be translated."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the system's refusal to write `path` into `NotWritten`."""
    try:
        yield
    except OSError as error:
        if isinstance(error, StationsError):
            raise
        reason = error.strerror or (str(error) if path.parent.is_dir() else mark("No such file or directory"))
        raise NotWritten(file=path, reason=reason or type(error).__name__) from error


class RegisterUnavailable(StationsError, OSError):
    """The store cannot be opened, read or written. Fields: place, reason."""

    template = mark("The register at {place} cannot be used: {reason}. Check the path and the rights, then try again.")


class RegisterFull(RegisterUnavailable):
    """There is no room to write in. Fields: place."""

    template = mark(
        "The register at {place} cannot be written: the disk is full. Make room on it, then try again; everything that "
        "was saved is there."
    )


class RegisterDamaged(RegisterUnavailable):
    """The file of the register is not whole. Fields: place, reason."""

    template = mark(
        "The register at {place} is damaged: {reason}. The app keeps a backup of every day in the folder “backups” "
        "beside it; to bring one back: python -m stations backup restore FILE"
    )


class RegisterBusy(RegisterUnavailable):
    """Somebody else is writing, and has not come to an end."""

    template = mark(
        "Somebody else is writing in the register, and has not come to an end. Nothing was saved; try again in a "
        "moment."
    )


class RegisterReadOnly(RegisterUnavailable):
    """The store can be read, and not be written."""

    template = mark(
        "The register is read-only at the moment: nothing can be saved, and nobody can sign in anew. Whoever runs this "
        "app has to make it writable; then try again."
    )


class ServerAway(RegisterUnavailable):
    """The database server does not answer, or gives no access."""

    template = mark(
        "The database server of the register does not answer. Nothing was saved. Try again in a moment; if it stays "
        "so, tell whoever runs this app."
    )
