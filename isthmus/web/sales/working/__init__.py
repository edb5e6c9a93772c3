"""How a deal is worked on, on its page: playbook and checklist, team, who decides, what its past tells."""
