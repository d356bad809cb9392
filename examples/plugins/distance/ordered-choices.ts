/**
 * D(α, β) = Σ |αᵢ − βᵢ| / (Cᵢ − 1), for components whose Cᵢ choices stand in an order, such as widths and kernels:
 * neighbours in that order are near, the first and the last are 1 apart.
 *
 * A component that is there in one of the two only is not counted, since that follows from another component.
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "evoke-nas";

export default plugin({
  kind: "distance",
  name: "ordered-choices",
  summary: "How far choices are apart in their order, summed over the components",
  options: NO_OPTIONS,
  needs: ["space"],
  create(_options, { space }) {
    const steps = space.choices.map(({ length }) => Math.max(1, length - 1));
    const conditional = space.choices.map((_, component) => space.conditions?.[component] !== undefined);
    return {
      between: (a, b) =>
        a.reduce((sum, choice, component) => {
          const other = b[component];
          if (conditional[component] && (choice === 0 || other === 0)) return sum;
          return sum + Math.abs(choice - other) / steps[component];
        }, 0),
    };
  },
});
