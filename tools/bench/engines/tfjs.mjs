// TensorFlow.js on its WebGPU backend: the reference network written with its ops,
// NHWC, with its fused convolution and product. It has no group normalisation and no
// attention, so these are made of moments and products, as a user of it would.
//
// Runs in Node and in a browser; modules says where its files are.
import { readSafetensors } from './safetensors.mjs';

const inNode = globalThis.process?.versions?.node !== undefined;

async function load(modules) {
  if (inNode) {
    const tf = (await import('@tensorflow/tfjs-core')).default;
    await import('@tensorflow/tfjs-backend-cpu');
    await import('@tensorflow/tfjs-backend-webgpu');
    return tf;
  }
  for (const name of ['core', 'backend-cpu', 'backend-webgpu']) {
    await import(modules(`@tensorflow/tfjs-${name}/dist/tf-${name}.min.js`));
  }
  return globalThis.tf;
}

/** @param {object} options as for ort.mjs */
export async function open({ read, modules, network }) {
  const tf = await load(modules);
  // The CPU backend is for the few small integers that tfjs itself computes there.
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs found no WebGPU');
  await tf.ready();
  const config = JSON.parse(new TextDecoder().decode(await read('config.json')));
  const unet = new UNet(tf, config, readSafetensors(await read('diffusion_pytorch_model.safetensors')));
  const shape = [network.batch, network.channels, network.size, network.size];
  return {
    version: tf.version_core ?? tf.version?.['tfjs-core'],
    async run(x, t) {
      const y = tf.tidy(() => unet.forward(tf.tensor4d(x, shape), tf.tensor1d(t)));
      const values = await y.data();
      y.dispose();
      return values;
    },
  };
}

/** UNet2DModel of diffusers, as far as the reference network needs it. */
class UNet {
  constructor(tf, config, tensors) {
    this.tf = tf;
    this.config = config;
    this.weights = new Map();
    for (const [name, { shape, values }] of tensors) {
      const stored = tf.tensor(values, shape);
      // HWIO for convolutions; linear layers are multiplied by the transpose.
      const kept = shape.length === 4 ? tf.transpose(stored, [2, 3, 1, 0]) : stored;
      if (kept !== stored) stored.dispose();
      this.weights.set(name, kept);
    }
  }

  weight(name) {
    const found = this.weights.get(name);
    if (!found) throw new Error(`tensor ${name} is missing`);
    return found;
  }

  conv(name, x, stride = 1) {
    const filter = this.weight(`${name}.weight`);
    const pad = (filter.shape[0] - 1) / 2;
    return this.tf.fused.conv2d({ x, filter, strides: stride, pad, bias: this.weight(`${name}.bias`) });
  }

  linear(name, x) {
    return this.tf.fused.matMul({ a: x, b: this.weight(`${name}.weight`), transposeB: true, bias: this.weight(`${name}.bias`) });
  }

  silu(x) { return this.tf.mul(x, this.tf.sigmoid(x)); }

  norm(name, x) {
    const { tf, config } = this;
    const [n, h, w, c] = x.shape;
    const grouped = tf.reshape(x, [n, h * w, config.norm_num_groups, c / config.norm_num_groups]);
    const { mean, variance } = tf.moments(grouped, [1, 3], true);
    const normal = tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, config.norm_eps)));
    return tf.add(tf.mul(tf.reshape(normal, x.shape), this.weight(`${name}.weight`)), this.weight(`${name}.bias`));
  }

  resnet(name, x, time) {
    const { tf } = this;
    let h = this.conv(`${name}.conv1`, this.silu(this.norm(`${name}.norm1`, x)));
    const shift = this.linear(`${name}.time_emb_proj`, time);
    h = tf.add(h, tf.reshape(shift, [shift.shape[0], 1, 1, shift.shape[1]]));
    h = this.conv(`${name}.conv2`, this.silu(this.norm(`${name}.norm2`, h)));
    return tf.add(this.weights.has(`${name}.conv_shortcut.weight`) ? this.conv(`${name}.conv_shortcut`, x) : x, h);
  }

  attention(name, x) {
    const { tf } = this;
    const [n, h, w, c] = x.shape;
    const normal = tf.reshape(this.norm(`${name}.group_norm`, x), [n * h * w, c]);
    const [q, k, v] = ['to_q', 'to_k', 'to_v'].map((part) => tf.reshape(this.linear(`${name}.${part}`, normal), [n, h * w, c]));
    const weights = tf.softmax(tf.mul(tf.matMul(q, k, false, true), c ** -0.5));
    const mixed = tf.reshape(tf.matMul(weights, v), [n * h * w, c]);
    return tf.add(x, tf.reshape(this.linear(`${name}.to_out.0`, mixed), x.shape));
  }

  embedding(t) {
    const { tf, config } = this;
    const half = config.block_out_channels[0] / 2;
    const frequencies = Array.from({ length: half }, (_, i) => Math.exp((-Math.log(10000) * i) / (half - config.freq_shift)));
    const angles = tf.mul(tf.reshape(t, [-1, 1]), tf.tensor2d(frequencies, [1, half]));
    const e = tf.concat([tf.sin(angles), tf.cos(angles)], 1);
    return this.linear('time_embedding.linear_2', this.silu(this.linear('time_embedding.linear_1', e)));
  }

  forward(sample, t) {
    const { tf, config } = this;
    const time = this.silu(this.embedding(t));
    let x = this.conv('conv_in', tf.transpose(sample, [0, 2, 3, 1]));
    const skips = [x];
    config.down_block_types.forEach((type, i) => {
      const block = `down_blocks.${i}`;
      for (let layer = 0; layer < config.layers_per_block; layer++) {
        x = this.resnet(`${block}.resnets.${layer}`, x, time);
        if (type.startsWith('Attn')) x = this.attention(`${block}.attentions.${layer}`, x);
        skips.push(x);
      }
      if (i < config.down_block_types.length - 1) skips.push((x = this.conv(`${block}.downsamplers.0.conv`, x, 2)));
    });
    x = this.resnet('mid_block.resnets.0', x, time);
    x = this.resnet('mid_block.resnets.1', this.attention('mid_block.attentions.0', x), time);
    config.up_block_types.forEach((type, i) => {
      const block = `up_blocks.${i}`;
      for (let layer = 0; layer <= config.layers_per_block; layer++) {
        x = this.resnet(`${block}.resnets.${layer}`, tf.concat([x, skips.pop()], 3), time);
        if (type.startsWith('Attn')) x = this.attention(`${block}.attentions.${layer}`, x);
      }
      if (i < config.up_block_types.length - 1) {
        x = tf.image.resizeNearestNeighbor(x, [2 * x.shape[1], 2 * x.shape[2]]);
        x = this.conv(`${block}.upsamplers.0.conv`, x);
      }
    });
    x = this.conv('conv_out', this.silu(this.norm('conv_norm_out', x)));
    return tf.transpose(x, [0, 3, 1, 2]);
  }
}
