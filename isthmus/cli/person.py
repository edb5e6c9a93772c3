"""`isthmus person`: everything about somebody, for them; and forgetting them."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isthmus.cli.acting import actor_named, as_option
from isthmus.cli.words import _
from isthmus.core.clock import now

if TYPE_CHECKING:
    from isthmus.core.actors import Actor
    from isthmus.people.models import Person

REASONS = ("request", "objection", "retention", "mistake")


@click.group(help=_("Export everything about a person, or erase them. WHO is a number or an e-mail address."))
def person() -> None:
    """Choose what to do."""


@person.command(
    help=_("Write everything about WHO into FOLDER: to read, for programs, and the files attached to them.")
)
@click.argument("who")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@as_option
def export(who: str, folder: Path, as_email: str | None) -> None:
    """Both forms, readable only by their owner."""
    from isthmus.people.disclosing import as_text, disclose_person, files_about

    by = actor_named(as_email)
    one = _found(who, by)
    everything = disclose_person(person_id=one.pk, by=by, at=now())
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    forms = {
        folder / f"person-{one.pk}.txt": as_text(everything),
        folder / f"person-{one.pk}.json": json.dumps(everything, ensure_ascii=False, indent=2) + "\n",
    }
    for path, text in forms.items():
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        click.echo(str(path))
    for name, held in files_about(one.pk, by=by):
        path = folder / name
        path.parent.mkdir(exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        shutil.copyfile(held, path)
        click.echo(str(path))


@person.command(help=_("Erase WHO from every place, for ever. Says first what goes and what stays."))
@click.argument("who")
@click.option("--reason", type=click.Choice(REASONS), required=True, help=_("Why; it is recorded."))
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@as_option
def erase(who: str, reason: str, yes: bool, as_email: str | None) -> None:
    """Say, ask, erase, and finish the files here and now."""
    from isthmus.core.personal_stores import stores
    from isthmus.people.erasing import erase_person
    from isthmus.people.finishing import finish_erasing

    by = actor_named(as_email)
    one = _found(who, by)
    for store in stores():
        click.echo(f"  {store.sentence}")
        if store.stays:
            click.echo("    " + _("stays: %s") % store.stays)
    if not yes:
        click.confirm(_("Erase %s for ever?") % one, abort=True)
    erase_person(person_id=one.pk, reason=reason, by=by, at=now())  # type: ignore[arg-type]
    finish_erasing(at=now())
    click.echo(
        _("Erased. Older backups still hold this person until they are deleted; a restore erases again.")
    )


def _found(who: str, by: "Actor") -> "Person":
    from isthmus.core.refusals import NotFound
    from isthmus.people.models import Person
    from isthmus.people.normalise import normal_email

    visible = Person.objects.visible_to(by).present()
    if who.isdigit():
        found = visible.filter(pk=int(who)).first()
    else:
        address = normal_email(who) or who
        found = visible.filter(identifiers__kind="email", identifiers__value=address).first()
    if found is None:
        raise NotFound(_("Nobody is known by %s.") % who)
    one: Person = found
    return one
