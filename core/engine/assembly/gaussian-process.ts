// What a Gaussian process does for many candidates, in 64-bit floats, for core/gaussian-process/memory.ts, which says
// what each exported function does; in AssemblyScript with WebAssembly SIMD, as kernels.ts beside it. Addresses are of
// bytes.
//
// A sum over j is four, of every fourth product each, and the last products are added to the first of them: the order
// of `Cholesky.solveLower`, so its bits. Four columns are solved at once, each in lanes of its own.

/** The four sums of which `even` has two and `odd` two, and what follows from products after them. */
// @ts-ignore: decorator
@inline function entry(even: v128, odd: v128, l: usize, at: usize, to: usize): f64 {
  let first = f64x2.extract_lane(even, 0);
  while (at < to) { first += load<f64>(l) * load<f64>(at); l += 8; at += 8; }
  const sum = first + f64x2.extract_lane(even, 1) + (f64x2.extract_lane(odd, 0) + f64x2.extract_lane(odd, 1));
  return (load<f64>(to) - sum) / load<f64>(l);
}

/** Entry i of four columns.  @param l  row i of L  [i + 1] */
function entries(l: usize, a: usize, b: usize, c: usize, d: usize, i: usize): void {
  const rest = (i & 3) << 3, end = l + ((i & ~3) << 3);
  let a0 = f64x2.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  if (l < end) do {
    const even = v128.load(l), odd = v128.load(l, 16);
    a0 = f64x2.add(a0, f64x2.mul(even, v128.load(a)));
    a1 = f64x2.add(a1, f64x2.mul(odd, v128.load(a, 16)));
    b0 = f64x2.add(b0, f64x2.mul(even, v128.load(b)));
    b1 = f64x2.add(b1, f64x2.mul(odd, v128.load(b, 16)));
    c0 = f64x2.add(c0, f64x2.mul(even, v128.load(c)));
    c1 = f64x2.add(c1, f64x2.mul(odd, v128.load(c, 16)));
    d0 = f64x2.add(d0, f64x2.mul(even, v128.load(d)));
    d1 = f64x2.add(d1, f64x2.mul(odd, v128.load(d, 16)));
    l += 32; a += 32; b += 32; c += 32; d += 32;
  } while (l < end);
  const va = entry(a0, a1, l, a, a + rest), vb = entry(b0, b1, l, b, b + rest);
  const vc = entry(c0, c1, l, c, c + rest), vd = entry(d0, d1, l, d, d + rest);
  store<f64>(a + rest, va); store<f64>(b + rest, vb); store<f64>(c + rest, vc); store<f64>(d + rest, vd);
}

// @ts-ignore: decorator
@inline function row(rows: usize, i: usize): usize { return rows + ((i * (i + 1)) << 2); }
// @ts-ignore: decorator
@inline function address(list: usize, c: usize): usize { return <usize>load<u32>(list + (c << 2)); }

export function solveLower(rows: usize, list: usize, count: usize, begin: usize, end: usize): void {
  for (let c: usize = 0; c < count; c += 4) {
    const x = address(list, c), y = address(list, c + 1), z = address(list, c + 2), w = address(list, c + 3);
    for (let i = begin, l = row(rows, begin); i < end; i++) { entries(l, x, y, z, w, i); l += (i + 1) << 3; }
    let rx = load<f64>(x - 8), ry = load<f64>(y - 8), rz = load<f64>(z - 8), rw = load<f64>(w - 8);
    for (let at = begin << 3; at < end << 3; at += 8) {
      const vx = load<f64>(x + at), vy = load<f64>(y + at), vz = load<f64>(z + at), vw = load<f64>(w + at);
      rx -= vx * vx; ry -= vy * vy; rz -= vz * vz; rw -= vw * vw;
    }
    store<f64>(x - 8, rx); store<f64>(y - 8, ry); store<f64>(z - 8, rz); store<f64>(w - 8, rw);
  }
}

export function factorise(rows: usize, begin: usize, end: usize, least: f64): void {
  for (let i = begin; i < end; i += 4) {
    // Of fewer than four rows the last stands for those that are missing.
    const last = end - 1;
    const x = row(rows, i), y = row(rows, min(i + 1, last)), z = row(rows, min(i + 2, last)), w = row(rows, min(i + 3, last));
    for (let j: usize = 0, l = rows; j < i; j++) { entries(l, x, y, z, w, j); l += (j + 1) << 3; }
    for (let k = i; k < min(i + 4, end); k++) {
      const own = row(rows, k);
      for (let j = i; j < k; j++) entries(row(rows, j), own, own, own, own, j);
      const diagonal = own + (k << 3);
      let rest = load<f64>(diagonal);
      for (let at = own; at < diagonal; at += 8) rest -= load<f64>(at) * load<f64>(at);
      store<f64>(diagonal, sqrt<f64>(max<f64>(rest, least)));
    }
  }
}

export function combine(into: usize, from: usize, list: usize, count: usize, n: usize): void {
  const end = list + (count << 3);
  for (let at: usize = 0; at < n << 2; at += 16) {
    let sum = v128.load(from + at);
    for (let one = list; one < end; one += 8)
      sum = i32x4.add(sum, i32x4.mul(v128.load32_splat(one, 4), v128.load(<usize>load<u32>(one) + at)));
    v128.store(into + at, sum);
  }
}

export function kernels(into: usize, products: usize, n: usize, square: i32, squares: usize, near: usize, weight: f64, values: usize): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < n; i++) {
    const product = load<i32>(products + (i << 2));
    const distance = square + load<i32>(squares + (i << 2)) - 2 * product;
    const kernel = load<f64>(near + (<usize>distance << 3)) + weight * <f64>product;
    store<f64>(into + (i << 3), kernel);
    sum += kernel * load<f64>(values + (i << 3));
  }
  return sum;
}
