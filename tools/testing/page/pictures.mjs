// Pictures for tests: PNG files written here, and screenshots read by the browser.
import { deflateSync } from 'node:zlib';

/** A PNG file of grey levels. claim is the size its header tells, if another. */
export function png(width, height, grey, claim = [width, height]) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(claim[0], 0);
  header.writeUInt32BE(claim[1], 4);
  header[8] = 8; // bits; the rest 0: grey, the usual compression, no interlace
  const rows = Buffer.alloc(height * (width + 1)); // each begins with its filter, none
  for (let y = 0; y < height; y++) rows.set(grey.slice(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

// PNG specification, annex D.
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The byte that shows x ∈ [−1, 1]. */
export const byteOf = (x) => Math.round(Math.min(1, Math.max(0, (x + 1) / 2)) * 255);

/**
 * A page that reads pictures: its function `decode(base64)` gives ImageData.
 * @param {import('playwright-core').Browser} browser
 */
export async function openDarkroom(t, browser) {
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.evaluate(() => {
    globalThis.decode = async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true });
      context.drawImage(bitmap, 0, 0);
      return context.getImageData(0, 0, bitmap.width, bitmap.height);
    };
  });
  return page;
}

/** The colours in the middle of each of columns × rows cells of a picture: [r, g, b] each. */
export const middles = (darkroom, picture, columns, rows) =>
  darkroom.evaluate(async ([base64, columns, rows]) => {
    const { data, width, height } = await decode(base64);
    const out = [];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = 4 * (Math.floor((row + 0.5) * height / rows) * width + Math.floor((column + 0.5) * width / columns));
        out.push([...data.slice(at, at + 3)]);
      }
    }
    return out;
  }, [picture.toString('base64'), columns, rows]);
