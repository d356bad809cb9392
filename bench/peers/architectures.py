"""What the libraries' files share: components as serve.py describes them, and what is told of an evaluation that was none."""


def is_present(component, choices):
    """Whether a component is there, where the earlier ones have these choices."""
    condition = component.get("condition")
    return condition is None or choices[condition["component"]] in condition["choices"]


def chosen(components, choose):
    """Choices for all components, one after the other; 0 for those that are not there.

    choose(i, component) gives the choice of one that is there.
    """
    choices = []
    for i, component in enumerate(components):
        choices.append(choose(i, component) if is_present(component, choices) else 0)
    return choices


class Penalty:
    """The worst value so far, for what was turned down or failed: as users of libraries without limits do it."""

    def __init__(self):
        self.worst = None

    def value(self, value):
        """The value to tell; None as long as there is none."""
        if value is not None and (self.worst is None or value < self.worst):
            self.worst = value
        return self.worst if value is None else value
