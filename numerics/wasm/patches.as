// AssemblyScript. The square patches around the pixels of images, channels fastest, so that a convolution is a product, and their
// transpose. A row of a patch lies side by side in the image as in the patch: it is copied, or added, at once.

/** out [rows · height · width × side² · channels] of x [rows × height × width × channels]; outside is 0. */
export function patches(
  x: usize,
  rows: usize,
  height: i32,
  width: i32,
  channels: i32,
  side: i32,
  out: usize,
): void {
  const reach = side >> 1, pixel = usize(channels) << 2, line = usize(width) * pixel;
  for (let r: usize = 0; r < rows; r++) {
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const left = max(reach - j, 0), right = max(j + reach - (width - 1), 0);
        const some = usize(side - left - right) * pixel;
        for (let up = i - reach; up <= i + reach; up++) {
          if (up < 0 || up >= height) {
            zero(out, usize(side) * pixel);
          } else {
            const from = x + usize(up) * line + usize(j - reach + left) * pixel;
            zero(out, usize(left) * pixel);
            copy(from, out + usize(left) * pixel, some);
            zero(out + usize(left) * pixel + some, usize(right) * pixel);
          }
          out += usize(side) * pixel;
        }
      }
    }
    x += usize(height) * line;
  }
}

/** x: every entry of every patch added to its pixel, patch after patch. */
export function patchesBack(
  patches: usize,
  rows: usize,
  height: i32,
  width: i32,
  channels: i32,
  side: i32,
  x: usize,
): void {
  const reach = side >> 1, pixel = usize(channels) << 2, line = usize(width) * pixel;
  memory.fill(x, 0, rows * usize(height) * line);
  for (let r: usize = 0; r < rows; r++) {
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const left = max(reach - j, 0), right = max(j + reach - (width - 1), 0);
        const some = usize(side - left - right) * pixel;
        for (let up = i - reach; up <= i + reach; up++) {
          if (up >= 0 && up < height) {
            const to = x + usize(up) * line + usize(j - reach + left) * pixel;
            addTo(to, patches + usize(left) * pixel, some);
          }
          patches += usize(side) * pixel;
        }
      }
    }
    x += usize(height) * line;
  }
}

// @ts-ignore: decorator
@inline
function zero(to: usize, bytes: usize): void {
  const whole = bytes & ~15;
  for (let k: usize = 0; k < whole; k += 16) v128.store(to + k, f32x4.splat(0));
  for (let k = whole; k < bytes; k += 4) f32.store(to + k, 0);
}

// @ts-ignore: decorator
@inline
function copy(from: usize, to: usize, bytes: usize): void {
  const whole = bytes & ~15;
  for (let k: usize = 0; k < whole; k += 16) v128.store(to + k, v128.load(from + k));
  for (let k = whole; k < bytes; k += 4) f32.store(to + k, f32.load(from + k));
}

// @ts-ignore: decorator
@inline
function addTo(to: usize, from: usize, bytes: usize): void {
  const whole = bytes & ~15;
  for (let k: usize = 0; k < whole; k += 16) {
    v128.store(to + k, f32x4.add(v128.load(to + k), v128.load(from + k)));
  }
  for (let k = whole; k < bytes; k += 4) f32.store(to + k, f32.load(to + k) + f32.load(from + k));
}
