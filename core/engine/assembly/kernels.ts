// The kernels of the engine: loops over matrices of 32-bit floats in the linear memory, in
// AssemblyScript with WebAssembly SIMD (no relaxed SIMD: its results differ between machines).
//
// `core/engine/kernels.ts` says what each exported function does; build with `npm run build:kernels`.
//
// Exported functions take slots (a slot is one float, 4 bytes); the others take byte addresses.
// Matrices are row-major. A weight is stored [inputs][outputs], so a product reads it row by row.
// Axes: n rows, k inputs, m outputs.
//
// Hot loops are `do … while`: a `for` compiles to one more branch in each turn, 15 % slower in V8.
// No result may depend on padding: what is left after the last four lanes is done one float a time,
// with the same instructions, so that odd sizes give what even ones give.

// ---------------------------------------------------------------------------- small pieces

// @ts-ignore: decorator
@inline function bytes(slot: u32): usize { return (<usize>slot) << 2; }
// @ts-ignore: decorator
@inline function splat(x: f32): v128 { return f32x4.splat(x); }
// @ts-ignore: decorator
@inline function every(p: usize): v128 { return v128.load32_splat(p); }
// @ts-ignore: decorator
@inline function times(a: v128, b: v128): v128 { return f32x4.mul(a, b); }
// @ts-ignore: decorator
@inline function plus(a: v128, b: v128): v128 { return f32x4.add(a, b); }
// @ts-ignore: decorator
@inline function minus(a: v128, b: v128): v128 { return f32x4.sub(a, b); }
/** sum + a·b, rounded twice. */
// @ts-ignore: decorator
@inline function muladd(sum: v128, a: v128, b: v128): v128 { return f32x4.add(sum, f32x4.mul(a, b)); }
/** The four lanes at p, or zeros where p is null. */
// @ts-ignore: decorator
@inline function loadOrZero(null_: bool, p: usize): v128 { return null_ ? f32x4.splat(0) : v128.load(p); }
// @ts-ignore: decorator
@inline function store1(p: usize, v: v128): void { v128.store_lane<f32>(p, v, 0); }
/** The sums over the lanes of a, b, c and d, as four lanes. */
// @ts-ignore: decorator
@inline function sumLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = plus(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = plus(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return plus(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/** y += weight · x  [m] */
function accumulate(y: usize, x: usize, weight: f32, m: usize): void {
  const w = splat(weight), end = y + (m << 2), end4 = y + ((m & ~3) << 2);
  while (y < end4) { v128.store(y, muladd(v128.load(y), w, v128.load(x))); y += 16; x += 16; }
  while (y < end) { store<f32>(y, load<f32>(y) + weight * load<f32>(x)); y += 4; x += 4; }
}
/** y = weight · x  [m] */
function assign(y: usize, x: usize, weight: f32, m: usize): void {
  const w = splat(weight), end = y + (m << 2), end4 = y + ((m & ~3) << 2);
  while (y < end4) { v128.store(y, times(w, v128.load(x))); y += 16; x += 16; }
  while (y < end) { store<f32>(y, weight * load<f32>(x)); y += 4; x += 4; }
}
/** y = x  [m]: rows are so short that a call of the host's memmove takes longer. */
function copy(y: usize, x: usize, m: usize): void {
  const end = y + (m << 2), end4 = y + ((m & ~3) << 2);
  while (y < end4) { v128.store(y, v128.load(x)); y += 16; x += 16; }
  while (y < end) { store<f32>(y, load<f32>(x)); y += 4; x += 4; }
}
/** Σ_i a_i b_i  [m] */
function dot(a: usize, b: usize, m: usize): f32 {
  const end = a + (m << 2), end4 = a + ((m & ~3) << 2);
  let four = splat(0);
  while (a < end4) { four = muladd(four, v128.load(a), v128.load(b)); a += 16; b += 16; }
  let sum = (f32x4.extract_lane(four, 0) + f32x4.extract_lane(four, 2)) + (f32x4.extract_lane(four, 1) + f32x4.extract_lane(four, 3));
  while (a < end) { sum += load<f32>(a) * load<f32>(b); a += 4; b += 4; }
  return sum;
}

// ---------------------------------------------------------------------------- products

// Each of the next three does `R` rows of y = start + x·w and says at which column it stopped.
// `start` is 0 for zeros, else the address of what y starts from, `step` bytes a row.

function rows4(y: usize, x: usize, w: usize, start: usize, step: usize, k: usize, m: usize): usize {
  const Y = m << 2, X = k << 2, X2 = X + X, X3 = X2 + X, zero = start == 0;
  const alive = livingInputs(x, k), i0 = x, i1 = x + X, i2 = x + X2, i3 = x + X3;
  let j: usize = 0;
  while (j + 8 <= m) {
    const c = j << 2, s = start + c, p = y + c, q0 = w + c;
    let a0 = loadOrZero(zero, s), b0 = loadOrZero(zero, s + 16);
    let a1 = loadOrZero(zero, s + step), b1 = loadOrZero(zero, s + step + 16);
    let a2 = loadOrZero(zero, s + 2 * step), b2 = loadOrZero(zero, s + 2 * step + 16);
    let a3 = loadOrZero(zero, s + 3 * step), b3 = loadOrZero(zero, s + 3 * step + 16);
    for (let l = LIST; l < alive; l += 4) {
      const i = <usize>load<u32>(l), q = q0 + i * m, u = v128.load(q), v = v128.load(q, 16);
      let e = every(i0 + i); a0 = muladd(a0, e, u); b0 = muladd(b0, e, v);
      e = every(i1 + i); a1 = muladd(a1, e, u); b1 = muladd(b1, e, v);
      e = every(i2 + i); a2 = muladd(a2, e, u); b2 = muladd(b2, e, v);
      e = every(i3 + i); a3 = muladd(a3, e, u); b3 = muladd(b3, e, v);
    }
    v128.store(p, a0); v128.store(p, b0, 16);
    v128.store(p + Y, a1); v128.store(p + Y, b1, 16);
    v128.store(p + 2 * Y, a2); v128.store(p + 2 * Y, b2, 16);
    v128.store(p + 3 * Y, a3); v128.store(p + 3 * Y, b3, 16);
    j += 8;
  }
  return j;
}

/** What `livingInputs` lists, for as many inputs as products of four rows may have. */
const LISTED: usize = 2048;
const LIST: usize = memory.data(4 * 2048 + 16, 16);

/**
 * Lists at LIST the offsets, in bytes, of those inputs that are not 0 in each of four rows: units that a ReLU has closed add
 * nothing to a product.
 * @returns the end of the list
 */
function livingInputs(x: usize, k: usize): usize {
  const X = k << 2, X4 = (k & ~3) << 2;
  let l = LIST, i: usize = 0;
  for (; i < X4; i += 16) {
    const p = x + i, q = p + X + X;
    const any = v128.or(v128.or(v128.load(p), v128.load(p + X)), v128.or(v128.load(q), v128.load(q + X)));
    const mask = <usize>i32x4.bitmask(i32x4.ne(any, i32x4.splat(0)));
    store<u32>(l, i); l += (mask & 1) << 2;
    store<u32>(l, i + 4); l += (mask & 2) << 1;
    store<u32>(l, i + 8); l += mask & 4;
    store<u32>(l, i + 12); l += (mask & 8) >> 1;
  }
  for (; i < X; i += 4) { store<u32>(l, i); l += 4; }
  return l;
}

function rows2(y: usize, x: usize, w: usize, start: usize, step: usize, k: usize, m: usize): usize {
  const Y = m << 2, X = k << 2, zero = start == 0;
  let j: usize = 0;
  while (j + 16 <= m) {
    const c = j << 2, s = start + c, t = s + step, p = y + c;
    let a0 = loadOrZero(zero, s), b0 = loadOrZero(zero, s + 16), c0 = loadOrZero(zero, s + 32), d0 = loadOrZero(zero, s + 48);
    let a1 = loadOrZero(zero, t), b1 = loadOrZero(zero, t + 16), c1 = loadOrZero(zero, t + 32), d1 = loadOrZero(zero, t + 48);
    let i = x, q = w + c;
    const end = x + X;
    do {
      const e = every(i), f = every(i + X);
      let u = v128.load(q); a0 = muladd(a0, e, u); a1 = muladd(a1, f, u);
      u = v128.load(q, 16); b0 = muladd(b0, e, u); b1 = muladd(b1, f, u);
      u = v128.load(q, 32); c0 = muladd(c0, e, u); c1 = muladd(c1, f, u);
      u = v128.load(q, 48); d0 = muladd(d0, e, u); d1 = muladd(d1, f, u);
      i += 4; q += Y;
    } while (i < end);
    v128.store(p, a0); v128.store(p, b0, 16); v128.store(p, c0, 32); v128.store(p, d0, 48);
    v128.store(p + Y, a1); v128.store(p + Y, b1, 16); v128.store(p + Y, c1, 32); v128.store(p + Y, d1, 48);
    j += 16;
  }
  return j;
}

/** The same, streaming over w: eight of its rows at a time, y rests in the nearest cache. */
function rows1(y: usize, x: usize, w: usize, start: usize, k: usize, m: usize): usize {
  const W = m << 2, m4 = m & ~3, k8 = k & ~7, length = m4 << 2, end = y + length, last = x + (k << 2), last8 = x + (k8 << 2);
  if (!m4) return 0;
  if (!start) memory.fill(y, 0, length);
  else if (start != y) memory.copy(y, start, length);
  while (x < last8) {
    const a = every(x), b = every(x + 4), c = every(x + 8), d = every(x + 12), e = every(x + 16), f = every(x + 20), g = every(x + 24), h = every(x + 28);
    const W2 = W + W, W3 = W2 + W;
    let p = y, q = w, r = w + 4 * W;
    do {
      const s = muladd(muladd(muladd(muladd(v128.load(p), a, v128.load(q)), b, v128.load(q + W)), c, v128.load(q + W2)), d, v128.load(q + W3));
      const t = muladd(muladd(muladd(times(e, v128.load(r)), f, v128.load(r + W)), g, v128.load(r + W2)), h, v128.load(r + W3));
      v128.store(p, plus(s, t));
      p += 16; q += 16; r += 16;
    } while (p < end);
    x += 32; w += 8 * W;
  }
  while (x < last) {
    const a = every(x);
    let p = y, q = w;
    do { v128.store(p, muladd(v128.load(p), a, v128.load(q))); p += 16; q += 16; } while (p < end);
    x += 4; w += W;
  }
  return m4;
}

/** The columns of one row from j on. */
function restOfRow(y: usize, x: usize, w: usize, start: usize, k: usize, m: usize, j: usize): void {
  const Y = m << 2, end = x + (k << 2), zero = start == 0;
  while (j + 4 <= m) {
    const c = j << 2;
    let a = loadOrZero(zero, start + c), i = x, q = w + c;
    do { a = muladd(a, every(i), v128.load(q)); i += 4; q += Y; } while (i < end);
    v128.store(y + c, a);
    j += 4;
  }
  while (j < m) {
    const c = j << 2;
    let a: f32 = zero ? 0 : load<f32>(start + c), i = x, q = w + c;
    do { a += load<f32>(i) * load<f32>(q); i += 4; q += Y; } while (i < end);
    store<f32>(y + c, a);
    j++;
  }
}

function product(y: usize, x: usize, w: usize, start: usize, step: usize, n: usize, k: usize, m: usize): void {
  const Y = m << 2, X = k << 2;
  let r: usize = 0;
  if (m == 1) {
    for (; r < n; r++, y += 4, x += X, start += step) store<f32>(y, (start ? load<f32>(start) : 0) + dot(x, w, k));
    return;
  }
  while (r < n) {
    const left = n - r;
    const rows: usize = left >= 4 && k <= LISTED ? 4 : left >= 2 ? 2 : 1;
    const j = rows == 4 ? rows4(y, x, w, start, step, k, m) : rows == 2 ? rows2(y, x, w, start, step, k, m) : rows1(y, x, w, start, k, m);
    for (let i: usize = 0; i < rows; i++) {
      if (j < m) restOfRow(y, x, w, start, k, m, j);
      y += Y; x += X; start += step;
    }
    r += rows;
  }
}
export function linear(y: u32, x: u32, w: u32, start: u32, step: u32, n: u32, k: u32, m: u32): void {
  product(bytes(y), bytes(x), bytes(w), bytes(start), start ? bytes(step) : 0, n, k, m);
}

/** Whether all m numbers at p are 0. */
function isZero(p: usize, m: usize): bool {
  const end = p + (m << 2), end4 = p + ((m & ~3) << 2);
  for (; p < end4; p += 16) if (v128.any_true(f32x4.ne(v128.load(p), splat(0)))) return false;
  for (; p < end; p += 4) if (load<f32>(p) != 0) return false;
  return true;
}

export function areZero(y: u32, m: u32): bool { return isZero(bytes(y), m); }

/** dx += dy·wᵀ. A saturated decision and a dead unit send zeros back. */
function inputGradient(dx: usize, dy: usize, w: usize, n: usize, k: usize, m: usize): void {
  const W = m << 2, X = k << 2, m4 = (m & ~3) << 2, k4 = k & ~3, k8 = k & ~7;
  if (m == 1) {
    for (let r: usize = 0; r < n; r++) accumulate(dx + r * X, w, load<f32>(dy + (r << 2)), k);
    return;
  }
  let r: usize = 0;
  if (isZero(dy, n * m)) return;
  if (m4) {
    for (; r + 2 <= n; r += 2) {
      const d = dy + r * W, o = dx + r * X;
      for (let i: usize = 0; i < k4; i += 4) {
        let a0 = splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        let q = w + i * W, e = d;
        const end = d + m4, W2 = W + W, W3 = W2 + W;
        do {
          const w0 = v128.load(q), w1 = v128.load(q + W), w2 = v128.load(q + W2), w3 = v128.load(q + W3);
          let g = v128.load(e); a0 = muladd(a0, g, w0); a1 = muladd(a1, g, w1); a2 = muladd(a2, g, w2); a3 = muladd(a3, g, w3);
          g = v128.load(e + W); b0 = muladd(b0, g, w0); b1 = muladd(b1, g, w1); b2 = muladd(b2, g, w2); b3 = muladd(b3, g, w3);
          q += 16; e += 16;
        } while (e < end);
        const p = o + (i << 2);
        v128.store(p, plus(v128.load(p), sumLanes(a0, a1, a2, a3)));
        v128.store(p + X, plus(v128.load(p + X), sumLanes(b0, b1, b2, b3)));
      }
    }
    for (; r < n; r++) {
      const d = dy + r * W, o = dx + r * X, end = d + m4;
      let i: usize = 0;
      for (; i < k8; i += 8) {
        let a0 = splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        let q = w + i * W, h = q + 4 * W, e = d;
        const W2 = W + W, W3 = W2 + W;
        do {
          const g = v128.load(e);
          a0 = muladd(a0, g, v128.load(q)); a1 = muladd(a1, g, v128.load(q + W)); a2 = muladd(a2, g, v128.load(q + W2)); a3 = muladd(a3, g, v128.load(q + W3));
          b0 = muladd(b0, g, v128.load(h)); b1 = muladd(b1, g, v128.load(h + W)); b2 = muladd(b2, g, v128.load(h + W2)); b3 = muladd(b3, g, v128.load(h + W3));
          q += 16; h += 16; e += 16;
        } while (e < end);
        const p = o + (i << 2);
        v128.store(p, plus(v128.load(p), sumLanes(a0, a1, a2, a3)));
        v128.store(p, plus(v128.load(p, 16), sumLanes(b0, b1, b2, b3)), 16);
      }
      for (; i < k4; i += 4) {
        let a0 = splat(0), a1 = a0, a2 = a0, a3 = a0, q = w + i * W, e = d;
        do {
          const g = v128.load(e);
          a0 = muladd(a0, g, v128.load(q)); a1 = muladd(a1, g, v128.load(q + W)); a2 = muladd(a2, g, v128.load(q + 2 * W)); a3 = muladd(a3, g, v128.load(q + 3 * W));
          q += 16; e += 16;
        } while (e < end);
        const p = o + (i << 2);
        v128.store(p, plus(v128.load(p), sumLanes(a0, a1, a2, a3)));
      }
    }
  }
  // The last m & 3 outputs for the inputs done above; all outputs for the last k & 3 inputs.
  const j4 = m4 >> 2;
  for (r = 0; r < n; r++) {
    const d = dy + r * W, o = dx + r * X;
    if (j4 < m) for (let i: usize = 0; i < k4; i++) {
      let s = load<f32>(o + (i << 2));
      for (let j = j4; j < m; j++) s += load<f32>(d + (j << 2)) * load<f32>(w + i * W + (j << 2));
      store<f32>(o + (i << 2), s);
    }
    for (let i = k4; i < k; i++) store<f32>(o + (i << 2), load<f32>(o + (i << 2)) + dot(d, w + i * W, m));
  }
}

/** Lists at LIST the offsets, in bytes, of those inputs that are not 0 in each of n rows; as `livingInputs`, which has four. */
function livingOfRows(x: usize, n: usize, k: usize): usize {
  const X = k << 2, end = x + n * X;
  let l = LIST;
  for (let i: usize = 0; i < X; i += 16) {
    let any = i32x4.splat(0);
    for (let p = x + i; p < end; p += X) any = v128.or(any, v128.load(p));
    const mask = <usize>i32x4.bitmask(i32x4.ne(any, i32x4.splat(0)));
    store<u32>(l, i); l += (mask & 1) << 2;
    store<u32>(l, i + 4); l += (mask & 2) << 1;
    store<u32>(l, i + 8); l += mask & 4;
    store<u32>(l, i + 12); l += (mask & 8) >> 1;
  }
  return l;
}

/** Adds the sums over the lanes of a, b, c and d to dx, at the offsets that are listed from l to end. */
// @ts-ignore: decorator
@inline function addListed(dx: usize, l: usize, end: usize, a: v128, b: v128, c: v128, d: v128): void {
  const sums = sumLanes(a, b, c, d);
  let p = dx + load<u32>(l);
  store<f32>(p, load<f32>(p) + f32x4.extract_lane(sums, 0));
  if (l + 4 < end) { p = dx + load<u32>(l, 4); store<f32>(p, load<f32>(p) + f32x4.extract_lane(sums, 1)); }
  if (l + 8 < end) { p = dx + load<u32>(l, 8); store<f32>(p, load<f32>(p) + f32x4.extract_lane(sums, 2)); }
  if (l + 12 < end) { p = dx + load<u32>(l, 12); store<f32>(p, load<f32>(p) + f32x4.extract_lane(sums, 3)); }
}

/** The same as `inputGradient` for those inputs that are not 0 in each row; k and m are multiples of 4. */
function livingInputGradient(dx: usize, dy: usize, w: usize, x: usize, n: usize, k: usize, m: usize): void {
  if (isZero(dy, n * m)) return;
  const W = m << 2, X = k << 2, alive = livingOfRows(x, n, k);
  if (alive == LIST) return;
  const last = load<u32>(alive - 4);
  store<u32>(alive, last); store<u32>(alive + 4, last); store<u32>(alive + 8, last); // the last four may be fewer
  for (let r: usize = 0; r < n; r += 2) {
    const d = dy + r * W, o = dx + r * X, end = d + W, second: usize = r + 1 < n ? W : 0;
    for (let l = LIST; l < alive; l += 16) {
      let a0 = splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0, e = d;
      let q0 = w + <usize>load<u32>(l) * m, q1 = w + <usize>load<u32>(l, 4) * m, q2 = w + <usize>load<u32>(l, 8) * m, q3 = w + <usize>load<u32>(l, 12) * m;
      do {
        const w0 = v128.load(q0), w1 = v128.load(q1), w2 = v128.load(q2), w3 = v128.load(q3);
        let g = v128.load(e); a0 = muladd(a0, g, w0); a1 = muladd(a1, g, w1); a2 = muladd(a2, g, w2); a3 = muladd(a3, g, w3);
        g = v128.load(e + second); b0 = muladd(b0, g, w0); b1 = muladd(b1, g, w1); b2 = muladd(b2, g, w2); b3 = muladd(b3, g, w3);
        q0 += 16; q1 += 16; q2 += 16; q3 += 16; e += 16;
      } while (e < end);
      addListed(o, l, alive, a0, a1, a2, a3);
      if (second) addListed(o + X, l, alive, b0, b1, b2, b3);
    }
  }
}

export function linearInputGradient(dx: u32, dy: u32, w: u32, n: u32, k: u32, m: u32, x: u32): void {
  if (x && n > 1 && m >= 4 && !((k | m) & 3) && k <= LISTED) livingInputGradient(bytes(dx), bytes(dy), bytes(w), bytes(x), n, k, m);
  else inputGradient(bytes(dx), bytes(dy), bytes(w), n, k, m);
}

// Each of the next three does dw = xᵀ·dy, or dw += xᵀ·dy, for all full groups of four columns, with
// 4, 2 or 1 rows of x and dy, for as many of the k inputs as come in pairs, fours or eights; it says
// for how many. What x gives stays in registers, dy and dw are streamed. X is from one row of x to the next.

function outer4(dw: usize, x: usize, X: usize, dy: usize, k: usize, m: usize, zero: bool): usize {
  const W = m << 2, X2 = X + X, X3 = X2 + X, length = (m & ~3) << 2, W2 = W + W, W3 = W2 + W;
  let i: usize = 0;
  while (i + 2 <= k) {
    const q = x + (i << 2);
    const a0 = every(q), a1 = every(q + X), a2 = every(q + X2), a3 = every(q + X3);
    const b0 = every(q + 4), b1 = every(q + X + 4), b2 = every(q + X2 + 4), b3 = every(q + X3 + 4);
    let p = dw + i * W, d = dy;
    const end = p + length;
    do {
      const d0 = v128.load(d), d1 = v128.load(d + W), d2 = v128.load(d + W2), d3 = v128.load(d + W3);
      const a = plus(muladd(times(a0, d0), a1, d1), muladd(times(a2, d2), a3, d3));
      const b = plus(muladd(times(b0, d0), b1, d1), muladd(times(b2, d2), b3, d3));
      if (zero) { v128.store(p, a); v128.store(p + W, b); }
      else { v128.store(p, plus(v128.load(p), a)); v128.store(p + W, plus(v128.load(p + W), b)); }
      p += 16; d += 16;
    } while (p < end);
    i += 2;
  }
  return i;
}
function outer2(dw: usize, x: usize, X: usize, dy: usize, k: usize, m: usize, zero: bool): usize {
  const W = m << 2, length = (m & ~3) << 2, W2 = W + W, W3 = W2 + W;
  let i: usize = 0;
  while (i + 4 <= k) {
    const q = x + (i << 2), r = q + X;
    const a0 = every(q), b0 = every(q + 4), c0 = every(q + 8), e0 = every(q + 12);
    const a1 = every(r), b1 = every(r + 4), c1 = every(r + 8), e1 = every(r + 12);
    let p = dw + i * W, d = dy;
    const end = p + length;
    do {
      const d0 = v128.load(d), d1 = v128.load(d + W);
      v128.store(p, muladd(muladd(loadOrZero(zero, p), a0, d0), a1, d1));
      v128.store(p + W, muladd(muladd(loadOrZero(zero, p + W), b0, d0), b1, d1));
      v128.store(p + W2, muladd(muladd(loadOrZero(zero, p + W2), c0, d0), c1, d1));
      v128.store(p + W3, muladd(muladd(loadOrZero(zero, p + W3), e0, d0), e1, d1));
      p += 16; d += 16;
    } while (p < end);
    i += 4;
  }
  return i;
}
function outer1(dw: usize, x: usize, dy: usize, k: usize, m: usize, zero: bool): usize {
  const W = m << 2, length = (m & ~3) << 2, W2 = W + W, W3 = W2 + W;
  let i: usize = 0;
  while (i + 4 <= k) {
    const q = x + (i << 2);
    const a = every(q), b = every(q + 4), c = every(q + 8), e = every(q + 12);
    let p = dw + i * W, d = dy;
    const end = p + length;
    do {
      const d0 = v128.load(d);
      v128.store(p, muladd(loadOrZero(zero, p), a, d0));
      v128.store(p + W, muladd(loadOrZero(zero, p + W), b, d0));
      v128.store(p + W2, muladd(loadOrZero(zero, p + W2), c, d0));
      v128.store(p + W3, muladd(loadOrZero(zero, p + W3), e, d0));
      p += 16; d += 16;
    } while (p < end);
    i += 4;
  }
  return i;
}

/** dw = xᵀ·dy, or dw += xᵀ·dy, for k of the inputs. */
function weightGradient(dw: usize, x: usize, X: usize, dy: usize, n: usize, k: usize, m: usize, add: bool): void {
  const W = m << 2, m4 = m & ~3;
  let zero = !add;
  if (m == 1) {
    if (zero) memory.fill(dw, 0, k << 2);
    for (let r: usize = 0; r < n; r++) accumulate(dw, x + r * X, load<f32>(dy + (r << 2)), k);
    return;
  }
  while (n) {
    const rows: usize = n >= 4 ? 4 : n >= 2 ? 2 : 1;
    let i: usize = 0;
    if (m4) i = rows == 4 ? outer4(dw, x, X, dy, k, m, zero) : rows == 2 ? outer2(dw, x, X, dy, k, m, zero) : outer1(dw, x, dy, k, m, zero);
    // The last m & 3 outputs for the inputs done above; all outputs for the last inputs.
    for (let done = i, j: usize = 0; j < k; j++) {
      let o = j < done ? m4 : 0;
      for (; o < m; o++) {
        const p = dw + j * W + (o << 2);
        let sum: f32 = zero ? 0 : load<f32>(p);
        for (let r: usize = 0; r < rows; r++) sum += load<f32>(x + r * X + (j << 2)) * load<f32>(dy + r * W + (o << 2));
        store<f32>(p, sum);
      }
    }
    x += rows * X; dy += rows * W; n -= rows;
    zero = false;
  }
}
export function linearWeightGradient(dw: u32, x: u32, dy: u32, n: u32, k: u32, m: u32, add: bool): void {
  weightGradient(bytes(dw), bytes(x), bytes(k), bytes(dy), n, k, m, add);
}

export function stackRows(list: u32, n: u32, w: u32, k: u32, m: u32, stack: u32): void {
  const X = (<usize>k) << 2, Y = (<usize>m) << 2, rows = bytes(list), N = (<usize>n) << 2;
  const x = bytes(stack), dy = x + n * X, dx = dy + n * Y;
  let open: usize = 0; // how many of the rows, from the first, still want their input gradient
  for (let r: usize = 0; r < n; r++) {
    const p = rows + (r << 2);
    copy(x + r * X, bytes(load<u32>(p)), k);
    copy(dy + r * Y, bytes(load<u32>(p + N)), m);
    if (load<u32>(p + 2 * N)) open = r + 1;
  }
  if (!open) return;
  memory.fill(dx, 0, open * X);
  inputGradient(dx, dy, bytes(w), open, k, m);
  for (let r: usize = 0; r < open; r++) {
    const to = load<u32>(rows + 2 * N + (r << 2));
    if (to) accumulate(bytes(to), dx + r * X, 1, k);
  }
}

// ---------------------------------------------------------------------------- rows

export function zero(y: u32, m: u32): void { memory.fill(bytes(y), 0, bytes(m)); }

export function addRows(y: u32, x: u32, n: u32, m: u32): void {
  const X = bytes(m);
  let p = bytes(x);
  for (let r: u32 = 0; r < n; r++, p += X) accumulate(bytes(y), p, 1, m);
}

export function gather(y: u32, x: u32, index: u32, scale: f32, n: u32, count: u32, m: u32, add: bool): void {
  const M = bytes(m), from = bytes(x);
  let p = bytes(y), i = bytes(index);
  for (let r: u32 = 0; r < n; r++, p += M) for (let c: u32 = 0; c < count; c++, i += 4) {
    const row = from + (index ? <usize>load<u32>(i) : <usize>r) * M;
    if (add || c) accumulate(p, row, scale, m); else assign(p, row, scale, m);
  }
}

export function scatter(dx: u32, dy: u32, index: u32, scale: f32, n: u32, count: u32, m: u32): void {
  const M = bytes(m), to = bytes(dx);
  let p = bytes(dy), i = bytes(index);
  for (let r: u32 = 0; r < n; r++, p += M) for (let c: u32 = 0; c < count; c++, i += 4) {
    accumulate(to + (index ? <usize>load<u32>(i) : <usize>r) * M, p, scale, m);
  }
}

export function groupMean(y: u32, x: u32, group: u32, share: u32, n: u32, groups: u32, m: u32): void {
  const M = bytes(m), to = bytes(y);
  memory.fill(to, 0, groups * M);
  let p = bytes(x), i = bytes(group);
  for (let r: u32 = 0; r < n; r++, p += M, i += 4) {
    const g = <usize>load<u32>(i);
    accumulate(to + g * M, p, load<f32>(bytes(share) + (g << 2)), m);
  }
}

export function groupMeanGradient(dx: u32, dy: u32, group: u32, share: u32, n: u32, m: u32): void {
  const M = bytes(m);
  let p = bytes(dx), i = bytes(group);
  for (let r: u32 = 0; r < n; r++, p += M, i += 4) {
    const g = <usize>load<u32>(i);
    accumulate(p, bytes(dy) + g * M, load<f32>(bytes(share) + (g << 2)), m);
  }
}

// ---------------------------------------------------------------------------- element by element

/**
 * tanh x as the quotient of two polynomials in x, odd of degree 13 over even of degree 6 (the
 * minimax fit used by Eigen); beyond ±7.9 a float cannot tell tanh from ±1.
 */
// @ts-ignore: decorator
@inline function tanh4(v: v128): v128 {
  const x = f32x4.pmax(splat(-7.90531110763549805), f32x4.pmin(splat(7.90531110763549805), v)), q = times(x, x);
  let p = muladd(splat(2.00018790482477e-13), q, splat(-2.76076847742355e-16));
  p = muladd(splat(-8.60467152213735e-11), q, p);
  p = muladd(splat(5.12229709037114e-08), q, p);
  p = muladd(splat(1.48572235717979e-05), q, p);
  p = muladd(splat(6.37261928875436e-04), q, p);
  p = muladd(splat(4.89352455891786e-03), q, p);
  let d = muladd(splat(1.18534705686654e-04), q, splat(1.19825839466702e-06));
  d = muladd(splat(2.26843463243900e-03), q, d);
  d = muladd(splat(4.89352518554385e-03), q, d);
  return f32x4.div(times(x, p), d);
}
/** 1 / (1 + e⁻ˣ) = ½ + ½ tanh(x / 2) */
// @ts-ignore: decorator
@inline function sigmoid4(x: v128): v128 { return plus(splat(0.5), times(splat(0.5), tanh4(times(splat(0.5), x)))); }
/** dy where y > 0 */
// @ts-ignore: decorator
@inline function reluSlope(dy: v128, y: v128): v128 { return v128.and(dy, f32x4.gt(y, splat(0))); }
/** dy (1 − y²) */
// @ts-ignore: decorator
@inline function tanhSlope(dy: v128, y: v128): v128 { return times(dy, minus(splat(1), times(y, y))); }
/** dy y (1 − y) */
// @ts-ignore: decorator
@inline function sigmoidSlope(dy: v128, y: v128): v128 { return times(dy, times(y, minus(splat(1), y))); }

export function relu(y: u32, x: u32, m: u32): void {
  let o = bytes(y), i = bytes(x);
  const end = o + bytes(m), end4 = o + bytes(m & ~3);
  while (o < end4) { v128.store(o, f32x4.pmax(splat(0), v128.load(i))); o += 16; i += 16; }
  while (o < end) { store1(o, f32x4.pmax(splat(0), every(i))); o += 4; i += 4; }
}
export function reluGradient(dx: u32, dy: u32, y: u32, m: u32): void {
  let o = bytes(dx), d = bytes(dy), i = bytes(y);
  const end = o + bytes(m), end4 = o + bytes(m & ~3);
  while (o < end4) { v128.store(o, plus(v128.load(o), reluSlope(v128.load(d), v128.load(i)))); o += 16; d += 16; i += 16; }
  while (o < end) { store1(o, plus(every(o), reluSlope(every(d), every(i)))); o += 4; d += 4; i += 4; }
}
export function tanh(y: u32, x: u32, m: u32): void {
  let o = bytes(y), i = bytes(x);
  const end = o + bytes(m), end4 = o + bytes(m & ~3);
  while (o < end4) { v128.store(o, tanh4(v128.load(i))); o += 16; i += 16; }
  while (o < end) { store1(o, tanh4(every(i))); o += 4; i += 4; }
}
export function tanhGradient(dx: u32, dy: u32, y: u32, m: u32): void {
  let o = bytes(dx), d = bytes(dy), i = bytes(y);
  const end = o + bytes(m), end4 = o + bytes(m & ~3);
  while (o < end4) { v128.store(o, plus(v128.load(o), tanhSlope(v128.load(d), v128.load(i)))); o += 16; d += 16; i += 16; }
  while (o < end) { store1(o, plus(every(o), tanhSlope(every(d), every(i)))); o += 4; d += 4; i += 4; }
}
export function sigmoid(y: u32, x: u32, m: u32): void {
  let o = bytes(y), i = bytes(x);
  const end = o + bytes(m), end4 = o + bytes(m & ~3);
  while (o < end4) { v128.store(o, sigmoid4(v128.load(i))); o += 16; i += 16; }
  while (o < end) { store1(o, sigmoid4(every(i))); o += 4; i += 4; }
}
export function sigmoidGradient(dx: u32, dy: u32, y: u32, m: u32): void {
  let o = bytes(dx), d = bytes(dy), i = bytes(y);
  const end = o + bytes(m), end4 = o + bytes(m & ~3);
  while (o < end4) { v128.store(o, plus(v128.load(o), sigmoidSlope(v128.load(d), v128.load(i)))); o += 16; d += 16; i += 16; }
  while (o < end) { store1(o, plus(every(o), sigmoidSlope(every(d), every(i)))); o += 4; d += 4; i += 4; }
}
export function multiply(y: u32, a: u32, b: u32, m: u32, add: bool): void {
  let o = bytes(y), p = bytes(a), q = bytes(b);
  const end = o + bytes(m), end4 = o + bytes(m & ~3), zero = !add;
  while (o < end4) { v128.store(o, muladd(loadOrZero(zero, o), v128.load(p), v128.load(q))); o += 16; p += 16; q += 16; }
  while (o < end) { store<f32>(o, (zero ? 0 : load<f32>(o)) + load<f32>(p) * load<f32>(q)); o += 4; p += 4; q += 4; }
}

// ---------------------------------------------------------------------------- the LSTM step

// `out` is [h | c | i | f | g | o | tanh c], each of H floats; the products fill the place of the
// four gates, the cell then overwrites them with their activations.

// @ts-ignore: decorator
@inline function cell4(o: usize, H: usize, c0: v128): void {
  const i = sigmoid4(v128.load(o + 2 * H)), f = sigmoid4(v128.load(o + 3 * H)), g = tanh4(v128.load(o + 4 * H)), go = sigmoid4(v128.load(o + 5 * H));
  const c = plus(times(i, g), times(f, c0)), t = tanh4(c);
  v128.store(o, times(go, t)); v128.store(o + H, c);
  v128.store(o + 2 * H, i); v128.store(o + 3 * H, f); v128.store(o + 4 * H, g); v128.store(o + 5 * H, go); v128.store(o + 6 * H, t);
}
// @ts-ignore: decorator
@inline function cell1(o: usize, H: usize, c0: v128): void {
  const i = sigmoid4(every(o + 2 * H)), f = sigmoid4(every(o + 3 * H)), g = tanh4(every(o + 4 * H)), go = sigmoid4(every(o + 5 * H));
  const c = plus(times(i, g), times(f, c0)), t = tanh4(c);
  store1(o, times(go, t)); store1(o + H, c);
  store1(o + 2 * H, i); store1(o + 3 * H, f); store1(o + 4 * H, g); store1(o + 5 * H, go); store1(o + 6 * H, t);
}
export function lstm(out: u32, x: u32, h: u32, c: u32, wx: u32, wh: u32, bx: u32, bh: u32, k: u32, m: u32): void {
  const H = bytes(m), gates = bytes(out) + 2 * H, m4 = 4 * m;
  assign(gates, bytes(bx), 1, m4);
  accumulate(gates, bytes(bh), 1, m4);
  product(gates, bytes(x), bytes(wx), gates, 4 * H, 1, k, m4);
  if (h) product(gates, bytes(h), bytes(wh), gates, 4 * H, 1, m, m4);
  let o = bytes(out), p = bytes(c);
  const end = o + H, end4 = o + bytes(m & ~3), none = c == 0;
  while (o < end4) { cell4(o, H, loadOrZero(none, p)); o += 16; p += 16; }
  while (o < end) { cell1(o, H, none ? splat(0) : every(p)); o += 4; p += 4; }
}

export function lstmGradient(out: u32, dout: u32, c: u32, dc0: u32, dx: u32, dh0: u32, wx: u32, wh: u32, dbx: u32, dbh: u32, k: u32, m: u32): void {
  const H = bytes(m), m4 = 4 * m, none = c == 0;
  let o = bytes(out), d = bytes(dout), p = bytes(c), dp = bytes(dc0);
  const gates = d + 2 * H, end = d + H, end4 = d + bytes(m & ~3);
  while (d < end) {
    // The same twice, for four lanes and for one: the loads and stores differ.
    const four = d < end4;
    const i = four ? v128.load(o + 2 * H) : every(o + 2 * H), f = four ? v128.load(o + 3 * H) : every(o + 3 * H);
    const g = four ? v128.load(o + 4 * H) : every(o + 4 * H), go = four ? v128.load(o + 5 * H) : every(o + 5 * H), t = four ? v128.load(o + 6 * H) : every(o + 6 * H);
    const dh = four ? v128.load(d) : every(d);
    const dc = plus(four ? v128.load(d + H) : every(d + H), tanhSlope(times(dh, go), t));
    const c0 = none ? splat(0) : four ? v128.load(p) : every(p);
    const di = sigmoidSlope(times(dc, g), i), df = sigmoidSlope(times(dc, c0), f), dg = tanhSlope(times(dc, i), g), dgo = sigmoidSlope(times(dh, t), go);
    if (four) {
      v128.store(d + 2 * H, di); v128.store(d + 3 * H, df); v128.store(d + 4 * H, dg); v128.store(d + 5 * H, dgo);
      if (!none) v128.store(dp, plus(v128.load(dp), times(dc, f)));
      o += 16; d += 16; p += 16; dp += 16;
    } else {
      store1(d + 2 * H, di); store1(d + 3 * H, df); store1(d + 4 * H, dg); store1(d + 5 * H, dgo);
      if (!none) store1(dp, plus(every(dp), times(dc, f)));
      o += 4; d += 4; p += 4; dp += 4;
    }
  }
  accumulate(bytes(dbx), gates, 1, m4);
  accumulate(bytes(dbh), gates, 1, m4);
  if (dx) inputGradient(bytes(dx), gates, bytes(wx), 1, k, m4);
  if (dh0) inputGradient(bytes(dh0), gates, bytes(wh), 1, m, m4);
}

// ---------------------------------------------------------------------------- decisions

// `out` is [t | p | log p | entropy]: m floats each, then one.

export function choose(out: u32, z: u32, m: u32, squash: f32, u: f64, forced: i32): i32 {
  const M = bytes(m), t = bytes(out), p = t + M, l = p + M, logits = bytes(z);
  const scale: f32 = squash > 0 ? squash : 1;
  let largest: f32 = -Infinity;
  for (let i: usize = 0; i < M; i += 4) {
    const s = squash > 0 ? f32x4.extract_lane(tanh4(every(logits + i)), 0) : load<f32>(logits + i);
    store<f32>(t + i, s);
    largest = max<f32>(largest, scale * s);
  }
  let sum: f32 = 0;
  for (let i: usize = 0; i < M; i += 4) {
    const s = scale * load<f32>(t + i) - largest, e = NativeMathf.exp(s);
    store<f32>(l + i, s); store<f32>(p + i, e);
    sum += e;
  }
  const logSum = NativeMathf.log(sum);
  let entropy: f32 = 0, below: f64 = 0, action = -1;
  for (let i: usize = 0; i < M; i += 4) {
    const s = load<f32>(l + i) - logSum, q = load<f32>(p + i) / sum;
    store<f32>(l + i, s); store<f32>(p + i, q);
    entropy -= q * s;
    below += <f64>q;
    if (action < 0 && u < below) action = <i32>(i >> 2);
  }
  store<f32>(l + M, entropy);
  return forced >= 0 ? forced : action >= 0 ? action : <i32>m - 1; // the q may sum to a little less than 1
}

export function chooseGradient(dz: u32, out: u32, m: u32, action: i32, squash: f32, dLogp: f32, dEntropy: f32): void {
  const M = bytes(m), t = bytes(out), p = t + M, l = p + M, entropy = load<f32>(l + M), chosen = <usize>action << 2;
  for (let i: usize = 0; i < M; i += 4) {
    const q = load<f32>(p + i), th = load<f32>(t + i), d = bytes(dz) + i;
    const ds = dLogp * ((i == chosen ? <f32>1 : <f32>0) - q) - dEntropy * q * (load<f32>(l + i) + entropy);
    store<f32>(d, load<f32>(d) + (squash > 0 ? ds * squash * (1 - th * th) : ds));
  }
}

// ---------------------------------------------------------------------------- learning

// [values | gradient | first moment | second moment], S bytes from one to the next. The constants are arguments: of
// literals V8 builds each vector anew in every turn of the loop.

/** Moves the four values at p + at, given their gradient. q and r are the places of their moments. */
// @ts-ignore: decorator
@inline function move4(p: usize, q: usize, r: usize, at: usize, gradient: v128, D: v128, A1: v128, B2: v128, A2: v128, R: v128, E: v128): void {
  const w = v128.load(p + at), g = muladd(gradient, D, w), m0 = v128.load(q + at);
  const m = muladd(m0, A1, minus(g, m0)), v = muladd(times(B2, v128.load(r + at)), A2, times(g, g));
  v128.store(q + at, m); v128.store(r + at, v);
  v128.store(p + at, minus(w, f32x4.div(times(R, m), plus(f32x4.sqrt(v), E))));
}

/**
 * The same for all values from p to end, where the gradient is 0 and nothing decays. A moment below 2⁻¹²⁶ is gone, and with
 * it what would move the weight.
 */
function coast(p: usize, end: usize, S: usize, A1: v128, B2: v128, R: v128, E: v128): void {
  do {
    const q = p + S + S, r = q + S, m0 = v128.load(q), m = minus(m0, times(A1, m0)), v = times(B2, v128.load(r));
    v128.store(r, v);
    if (v128.any_true(i32x4.shr_u(i32x4.shl(m, 1), 24))) { // the exponents
      v128.store(q, m);
      v128.store(p, minus(v128.load(p), f32x4.div(times(R, m), plus(f32x4.sqrt(v), E))));
    } else v128.store(q, splat(0));
    p += 16;
  } while (p < end);
}

export function adam(at: u32, block: u32, size: u32, rate: f32, weightDecay: f32, beta1: f32, beta2: f32, epsilon: f32): void {
  const D = splat(weightDecay), A1 = splat(1 - beta1), B2 = splat(beta2), A2 = splat(1 - beta2), R = splat(rate), E = splat(epsilon);
  const S = bytes(block);
  let p = bytes(at);
  const end = p + bytes(size), end8 = p + bytes(size & ~7);
  while (p < end8) {
    const d = p + S, q = d + S, r = q + S;
    move4(p, q, r, 0, v128.load(d), D, A1, B2, A2, R, E);
    move4(p, q, r, 16, v128.load(d, 16), D, A1, B2, A2, R, E);
    p += 32;
  }
  if (p < end) move4(p, p + S + S, p + S + S + S, 0, v128.load(p + S), D, A1, B2, A2, R, E);
}

/** Whether n numbers, X bytes from one to the next, are 0. */
function isZeroColumn(p: usize, X: usize, n: usize): bool {
  for (; n; n--, p += X) if (load<f32>(p) != 0) return false;
  return true;
}

/** The moments of four weights, given their gradient. */
// @ts-ignore: decorator
@inline function moments4(p: usize, S: usize, at: usize, g: v128, A1: v128, B2: v128, A2: v128): void {
  const q = p + S + S, r = q + S, m0 = v128.load(q + at);
  v128.store(q + at, muladd(m0, A1, minus(g, m0)));
  v128.store(r + at, muladd(times(B2, v128.load(r + at)), A2, times(g, g)));
}
/** Moves four weights by their moments. */
// @ts-ignore: decorator
@inline function step4(p: usize, S: usize, at: usize, R: v128, E: v128): void {
  const q = p + S + S, r = q + S;
  v128.store(p + at, minus(v128.load(p + at), f32x4.div(times(R, v128.load(q + at)), plus(f32x4.sqrt(v128.load(r + at)), E))));
}
/** Moves all weights from p to end by their moments. */
function step(p: usize, end: usize, S: usize, R: v128, E: v128): void {
  do { step4(p, S, 0, R, E); step4(p, S, 16, R, E); p += 32; } while (p < end);
}

// Each of the next two gives the weights from p to end, those of one input, their moments: their gradient is what lies at g
// plus the share of four rows, or two. In the same loop the weights at `before`, if there are any, move by their moments, so
// that what waits for quotients and roots and what does not is a row apart.

function momentsOf4(p: usize, end: usize, S: usize, g: usize, onward: usize, x: usize, X: usize, d: usize, W: usize, before: usize, A1: v128, B2: v128, A2: v128, R: v128, E: v128): void {
  const a0 = every(x), a1 = every(x + X), a2 = every(x + 2 * X), a3 = every(x + 3 * X);
  do {
    const e = d + W, f = e + W, h = f + W;
    if (before) step4(before, S, 0, R, E);
    const sum = plus(muladd(times(a0, v128.load(d)), a1, v128.load(e)), muladd(times(a2, v128.load(f)), a3, v128.load(h)));
    moments4(p, S, 0, plus(v128.load(g), sum), A1, B2, A2);
    if (before) { step4(before, S, 16, R, E); before += 32; }
    const next = plus(muladd(times(a0, v128.load(d, 16)), a1, v128.load(e, 16)), muladd(times(a2, v128.load(f, 16)), a3, v128.load(h, 16)));
    moments4(p, S, 16, plus(v128.load(g, 16), next), A1, B2, A2);
    p += 32; d += 32; g += onward;
  } while (p < end);
}
function momentsOf2(p: usize, end: usize, S: usize, g: usize, onward: usize, x: usize, X: usize, d: usize, second: usize, before: usize, A1: v128, B2: v128, A2: v128, R: v128, E: v128): void {
  const a0 = every(x), a1 = second ? every(x + X) : splat(0);
  do {
    const e = d + second;
    if (before) step4(before, S, 0, R, E);
    moments4(p, S, 0, muladd(muladd(v128.load(g), a0, v128.load(d)), a1, v128.load(e)), A1, B2, A2);
    if (before) { step4(before, S, 16, R, E); before += 32; }
    moments4(p, S, 16, muladd(muladd(v128.load(g, 16), a0, v128.load(d, 16)), a1, v128.load(e, 16)), A1, B2, A2);
    p += 32; d += 32; g += onward;
  } while (p < end);
}

/** How many inputs' weights move at a time: what the gradients of all rows but the last add up to rests in the nearest cache. */
const INPUTS: usize = 8;
/** What a gradient begins with that nothing has been added to. */
const ZEROS: usize = memory.data(32, 16);

export function adamOfProduct(at: u32, block: u32, x0: u32, dy0: u32, n: u32, k: u32, m: u32, add: bool, rate: f32, weightDecay: f32, beta1: f32, beta2: f32, epsilon: f32): void {
  const W = bytes(m), X = bytes(k), S = bytes(block), dy = bytes(dy0);
  let p = bytes(at), x = bytes(x0), before: usize = 0;
  if (weightDecay != 0) {
    weightGradient(p + S, x, X, dy, n, k, m, add);
    return adam(at, block, k * m, rate, weightDecay, beta1, beta2, epsilon);
  }
  const A1 = splat(1 - beta1), B2 = splat(beta2), A2 = splat(1 - beta2), R = splat(rate), E = splat(epsilon);
  if (!add && isZero(dy, n * m)) return coast(p, p + k * W, S, A1, B2, R, E);
  const last: usize = n & 1 ? 1 : n & 2 ? 2 : 4, first = n - last, zero = !add && !first, onward: usize = zero ? 0 : 32;
  const lastX = first * X, lastY = dy + first * W;
  for (let i: usize = 0; i < k; i += INPUTS) {
    const inputs = min(INPUTS, k - i);
    if (first) weightGradient(p + S, x, X, dy, first, inputs, m, add);
    for (const next = p + inputs * W; p < next; x += 4) {
      const end = p + W, g = zero ? ZEROS : p + S;
      if (!add && isZeroColumn(x, X, n)) coast(p, end, S, A1, B2, R, E);
      else {
        if (last == 4) momentsOf4(p, end, S, g, onward, x + lastX, X, lastY, W, before, A1, B2, A2, R, E);
        else momentsOf2(p, end, S, g, onward, x + lastX, X, lastY, last == 2 ? W : 0, before, A1, B2, A2, R, E);
        before = p;
      }
      p = end;
    }
  }
  if (before) step(before, before + W, S, R, E);
}

/** xoroshiro128+ (Blackman and Vigna), which is what core/random draws by. */
export function uniform(y: u32, m: u32, state: u32, factor: f64, offset: f64): void {
  const at = bytes(state), end = bytes(y + m);
  let s = ((<u64>load<u32>(at)) << 32) | load<u32>(at + 4), t = ((<u64>load<u32>(at + 8)) << 32) | load<u32>(at + 12);
  for (let p = bytes(y); p < end; p += 4) {
    store<f32>(p, <f32>(<f64><u32>(s + t) / 4294967296 * factor + offset));
    t ^= s;
    s = rotl(s, 24) ^ t ^ (t << 16);
    t = rotl(t, 37);
  }
  store<u32>(at, <u32>(s >> 32)); store<u32>(at + 4, <u32>s); store<u32>(at + 8, <u32>(t >> 32)); store<u32>(at + 12, <u32>t);
}

/** The first slot that the kernels leave to the engine, a multiple of 4. */
export function firstSlot(): u32 { return <u32>((__heap_base + 15) >> 4) << 2; }
