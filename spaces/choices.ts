/**
 * A space that is written in the manifest: named components, the choices of each, and which of them are there only where
 * another has a certain choice. Costs and a network can be written with it; no code is needed.
 *
 * - `components`: `{ "name": "width", "choices": [16, 24, 32] }`, in order. `"when": { "layer": "present" }` says that it is there only
 *   for that choice of an earlier component; a list of choices, or `{ "atLeast": 3 }`, says several. `{ "repeat": 12, "components": [ … ] }`
 *   makes 12 copies: "kernel #" becomes "kernel 1" to "kernel 12". In nested repeats the first "#" is the outer one's.
 * - `network`: a list of `"batchNorm"`, `"global-average-pool"`, `"classifier"`, and of objects with one member:
 *   `convolution` (`kernel`, and `channels` or, as `times`, so many times those before it; `stride`, `dilation`), `depthwise`,
 *   `activation` (relu, hard-swish, hard-sigmoid), `average-pool` and `max-pool` (`kernel`, `stride`), `linear` (`outputs`),
 *   `squeeze-excitation` (`reduction`), `residual` (the input is added to what the layers make of it, by a 1×1 convolution where
 *   the shapes differ), `sum` and `concatenation` (of lists of layers), `repeat` and `when` (with `layers`). For a number or an
 *   activation `"$kernel #"` is what was chosen for that component.
 * - `costs`: by name a `unit`, a `base`, and `tables` that add to it: `{ "of": ["kernel #"], "values": { "3": 0.5, "5": 0.9 } }`; of two
 *   components, a table of tables. A component that is not there costs nothing. Multiply-adds and parameters are counted from
 *   the network.
 *
 * The textual form is `resolution=96:layer_1=present:kernel_1=3`: components in order, without those that are not there, spaces as
 * underscores. Architectures are drawn uniformly, by counting those that each choice has below it.
 *
 * Modifications are made together: a component that comes to be there has its first choice, or that of a modification.
 *
 * For searches by weight sharing all components are left open (`open`), each where it is read: the layer, with the normalisation
 * after it, is there once for each choice, and they are mixed. `when`s in a row that ask about one component, each about other
 * choices of it, are alternatives of one place. A component that is read in several places is mixed in each. What another depends
 * on is mixed around it. The choices must give images of one shape, at the latest before the global average pool: where they do
 * not, layers after them in the same list are written for each choice as well, so inner widths are mixed behind the layer of a
 * fixed width that follows them. Other widths, strides and resolutions cannot be left open, and neither can what no layer
 * reads; such a component is named in an error.
 *
 * @module
 */
import { plugin } from "../core/plugin/plugin.ts";
import { CHOICES_SCHEMA, type ChoicesOptions } from "../core/space/choices-space/language.ts";
import { describedSpace } from "../core/space/choices-space/space.ts";

export default plugin({
  kind: "space",
  name: "choices",
  summary: "A space written in the manifest: components, their choices and conditions, costs, a network",
  options: CHOICES_SCHEMA,
  needs: [],
  create: (options) => describedSpace(options as unknown as ChoicesOptions),
});
