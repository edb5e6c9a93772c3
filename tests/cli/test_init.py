"""Setting up one's own company."""

NAMED = ("--name", "Harbour Lane", "--currency", "EUR", "--admin", "ines@example.com")
HARBOUR = (*NAMED, "--time-zone", "Europe/Berlin")


def test_init_makes_a_company_once_with_an_administrator_and_a_pipeline(run_isthmus):
    done = run_isthmus("init", *HARBOUR)
    again = run_isthmus("init", *HARBOUR)

    assert (done.returncode, done.stderr) == (0, "")
    assert "Harbour Lane is set up." in done.stdout
    assert "http://localhost:8000/sign-in/link/" in done.stdout
    assert "ines@example.com" in run_isthmus("users", "list").stdout
    assert again.returncode == 1
    assert again.stderr.startswith("This folder holds Harbour Lane already.")


def test_an_init_with_a_wrong_time_zone_leaves_no_company_behind(run_isthmus):
    wrong = run_isthmus("init", *NAMED, "--time-zone", "Europe/Berlyn")

    assert wrong.returncode == 1
    assert wrong.stderr == "There is no time zone Europe/Berlyn. Write it like Europe/Stockholm.\n"
    assert run_isthmus("init", *HARBOUR).returncode == 0


def test_migrate_says_what_is_waiting_and_then_that_nothing_is(run_isthmus):
    assert run_isthmus("migrate", "--check").returncode == 1

    applied = run_isthmus("migrate")

    assert "Applying: workspace 0001" in applied.stdout
    assert run_isthmus("migrate", "--check").stdout == "The database is up to date.\n"
