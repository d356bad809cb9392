import { test } from "uvu";
import * as assert from "uvu/assert";
import { NetworkWriter } from "../../../core/space/network.ts";
import { skipOf } from "../../../core/space/open-network.ts";
import nasBench201 from "../../../spaces/nas-bench-201.ts";

test("a skip is what the other operations are computed from, in the cells of NAS-Bench-201 the second", () => {
  const options = { channels: 4, cellsPerStage: 2, stages: 2, reduction: "pool", imageSize: 8, imageChannels: 1, classes: 10 };
  const { network, edges } = nasBench201.create(options as never, {} as never).open!();
  for (const [edge, { skip }] of edges.entries()) assert.equal([skip, skipOf(network, edge, 5)], [1, 1]);
});

test("an operation that stands alone beside zero, or is computed beside the others, is no skip", () => {
  const net = new NetworkWriter([4, 4, 1]);
  const stem = net.convolution(0, 3, 4);
  const alone = net.mixture(0, [net.zero(stem), stem]);
  const beside = net.mixture(1, [net.convolution(alone, 3, 4), net.convolution(alone, 3, 4)]);
  const later = net.mixture(2, [net.convolution(beside, 3, 4), beside, net.zero(beside)]);
  net.linear(net.globalAveragePool(later), 2);
  const network = net.network();
  assert.equal(
    [2, 2, 3].map((operations, edge) => skipOf(network, edge, operations)),
    [undefined, undefined, 1],
  );
});

test.run();
