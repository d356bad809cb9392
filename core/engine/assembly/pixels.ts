// Loops over the pixels of images, channels last, in the memory of TensorFlow.js's wasm backend, for
// training/network/wasm/wasm-memory.ts, which says what each exported function does; in AssemblyScript with WebAssembly
// SIMD, as kernels.ts beside it. Addresses are of bytes.
//
// Sums are of 64 bits, each in a lane of its own, pixel after pixel; so is what is computed of their means, before it is
// rounded to 32 bits. Eight channels are taken at a time, and what is left of them one at a time: to the same bits.
// Axes: C channels, of so many `bytes` in a pixel.

/** Two 32-bit floats as 64-bit ones. */
// @ts-ignore: decorator
@inline function two(p: usize): v128 { return f64x2.promote_low_f32x4(v128.load64_zero(p)); }
// @ts-ignore: decorator
@inline function one(p: usize): f64 { return <f64>load<f32>(p); }
/** Four 64-bit floats, rounded. */
// @ts-ignore: decorator
@inline function store4(p: usize, low: v128, high: v128): void {
  v128.store(p, v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5));
}
// @ts-ignore: decorator
@inline function plus(a: v128, b: v128): v128 { return f64x2.add(a, b); }
// @ts-ignore: decorator
@inline function times(a: v128, b: v128): v128 { return f64x2.mul(a, b); }

// ---------------------------------------------------------------------------- channels

export function sumsOfProducts(a: usize, b: usize, end: usize, bytes: usize, sums: usize): void {
  const products = sums + (bytes << 1), ahead = b - a, eights = bytes & ~31;
  for (let c: usize = 0; c < eights; c += 32) {
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0, p0 = s0, p1 = s0, p2 = s0, p3 = s0;
    for (let at = a + c; at < end; at += bytes) {
      const x0 = two(at), x1 = two(at + 8), x2 = two(at + 16), x3 = two(at + 24), y = at + ahead;
      s0 = plus(s0, x0); p0 = plus(p0, times(x0, two(y)));
      s1 = plus(s1, x1); p1 = plus(p1, times(x1, two(y + 8)));
      s2 = plus(s2, x2); p2 = plus(p2, times(x2, two(y + 16)));
      s3 = plus(s3, x3); p3 = plus(p3, times(x3, two(y + 24)));
    }
    const s = sums + (c << 1), p = products + (c << 1);
    v128.store(s, s0); v128.store(s, s1, 16); v128.store(s, s2, 32); v128.store(s, s3, 48);
    v128.store(p, p0); v128.store(p, p1, 16); v128.store(p, p2, 32); v128.store(p, p3, 48);
  }
  for (let c = eights; c < bytes; c += 4) {
    let s: f64 = 0, p: f64 = 0;
    for (let at = a + c; at < end; at += bytes) { const x = one(at); s += x; p += x * one(at + ahead); }
    store<f64>(sums + (c << 1), s); store<f64>(products + (c << 1), p);
  }
}

export function affineMap(x: usize, y: usize, end: usize, bytes: usize, slope: usize): void {
  const offset = slope + bytes, ahead = y - x, eights = bytes & ~31;
  for (let c: usize = 0; c < eights; c += 32) {
    const s = slope + c, o = offset + c;
    const s0 = two(s), s1 = two(s + 8), s2 = two(s + 16), s3 = two(s + 24);
    const o0 = two(o), o1 = two(o + 8), o2 = two(o + 16), o3 = two(o + 24);
    for (let at = x + c; at < end; at += bytes) {
      const to = at + ahead;
      store4(to, plus(times(two(at), s0), o0), plus(times(two(at + 8), s1), o1));
      store4(to + 16, plus(times(two(at + 16), s2), o2), plus(times(two(at + 24), s3), o3));
    }
  }
  for (let c = eights; c < bytes; c += 4) {
    const s = one(slope + c), o = one(offset + c);
    for (let at = x + c; at < end; at += bytes) store<f32>(at + ahead, <f32>(one(at) * s + o));
  }
}

export function affineSum(a: usize, b: usize, y: usize, end: usize, bytes: usize, p: usize): void {
  const q = p + bytes, r = q + bytes, other = b - a, ahead = y - a, fours = bytes & ~15;
  for (let c: usize = 0; c < fours; c += 16) {
    const p0 = two(p + c), p1 = two(p + c + 8), q0 = two(q + c), q1 = two(q + c + 8), r0 = two(r + c), r1 = two(r + c + 8);
    for (let at = a + c; at < end; at += bytes) {
      const second = at + other;
      const low = plus(plus(times(p0, two(at)), times(q0, two(second))), r0);
      store4(at + ahead, low, plus(plus(times(p1, two(at + 8)), times(q1, two(second + 8))), r1));
    }
  }
  for (let c = fours; c < bytes; c += 4) {
    const pc = one(p + c), qc = one(q + c), rc = one(r + c);
    for (let at = a + c; at < end; at += bytes) store<f32>(at + ahead, <f32>(pc * one(at) + qc * one(at + other) + rc));
  }
}

// ---------------------------------------------------------------------------- places

export function add(a: usize, b: usize, y: usize, end: usize): void {
  const other = b - a, ahead = y - a;
  for (; a + 16 <= end; a += 16) v128.store(a + ahead, f32x4.add(v128.load(a), v128.load(a + other)));
  for (; a < end; a += 4) store<f32>(a + ahead, load<f32>(a) + load<f32>(a + other));
}

export function whereAboveZero(x: usize, dy: usize, dx: usize, end: usize): void {
  const other = dy - x, ahead = dx - x, zero = f32x4.splat(0);
  for (; x + 16 <= end; x += 16) v128.store(x + ahead, v128.and(v128.load(x + other), f32x4.gt(v128.load(x), zero)));
  for (; x < end; x += 4) store<f32>(x + ahead, load<f32>(x) > 0 ? load<f32>(x + other) : 0);
}

export function timesFactors(x: usize, y: usize, end: usize, bytes: usize, factors: usize, last: usize): void {
  const ahead = y - x;
  for (let factor = factors; x < end; ) {
    const every = v128.load32_splat(factor), pixel = x + bytes;
    for (; x + 16 <= pixel; x += 16) v128.store(x + ahead, f32x4.mul(v128.load(x), every));
    for (; x < pixel; x += 4) store<f32>(x + ahead, load<f32>(x) * load<f32>(factor));
    factor = factor === last ? factors : factor + 4;
  }
}

export function weightedSum(inputs: usize, weights: usize, count: usize, y: usize, end: usize): void {
  const last = inputs + (count << 2), other = weights - inputs;
  let at: usize = 0;
  for (; y + 16 <= end; y += 16, at += 16) {
    let sum = f32x4.splat(0);
    for (let k = inputs; k < last; k += 4) sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(k + other), v128.load(<usize>load<u32>(k) + at)));
    v128.store(y, sum);
  }
  for (; y < end; y += 4, at += 4) {
    let sum: f32 = 0;
    for (let k = inputs; k < last; k += 4) sum += load<f32>(k + other) * load<f32>(<usize>load<u32>(k) + at);
    store<f32>(y, sum);
  }
}

// ---------------------------------------------------------------------------- axes

/** Four rows by four columns. @param row  bytes of a row of `from`  @param column  bytes of a row of `to` */
// @ts-ignore: decorator
@inline function turnFour(from: usize, to: usize, row: usize, column: usize): void {
  const a = v128.load(from), b = v128.load(from + row), c = v128.load(from + 2 * row), d = v128.load(from + 3 * row);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7), CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2));
  v128.store(to + column, v128.shuffle<f64>(ab, cd, 1, 3));
  v128.store(to + 2 * column, v128.shuffle<f64>(AB, CD, 0, 2));
  v128.store(to + 3 * column, v128.shuffle<f64>(AB, CD, 1, 3));
}

// What is read is read a line of the cache at a time, since rows may be so far apart that no cache has room for many.
export function transpose(from: usize, to: usize, rows: usize, columns: usize): void {
  const row = columns << 2, column = rows << 2, full = rows & ~3, wide = columns & ~3;
  for (let c: usize = 0; c < wide; c += 16) {
    const last = min(c + 16, wide);
    for (let r: usize = 0; r < full; r += 4)
      for (let k = c; k < last; k += 4) turnFour(from + r * row + (k << 2), to + k * column + (r << 2), row, column);
  }
  for (let r: usize = 0; r < rows; r++)
    for (let c = r < full ? wide : 0; c < columns; c++) store<f32>(to + c * column + (r << 2), load<f32>(from + r * row + (c << 2)));
}

export function swapOuterAxes(from: usize, to: usize, outer: usize, middle: usize, bytes: usize): void {
  const step = middle * bytes;
  for (let m: usize = 0; m < middle; m++, from += bytes)
    for (let o: usize = 0, at = from; o < outer; o++, at += step) {
      let b: usize = 0;
      for (; b + 16 <= bytes; b += 16, to += 16) v128.store(to, v128.load(at + b));
      for (; b < bytes; b += 4, to += 4) store<f32>(to, load<f32>(at + b));
    }
}
