"""The judge of generated pictures: a small convolutional classifier.

    python tools/train/classifier.py --out runs/classifier
    python tools/train/classifier.py --config tools/train/configs/faces.json --out runs/faces-classifier

It is trained on the real training split only, of Fashion-MNIST or of the data set
that a configuration names; where pictures have several attributes it names each.
Its penultimate layer gives the features of the Frechet distance (quality.py); its
answer on a generated picture says whether the picture shows what was asked for.
"""

import argparse
import csv
import json
import time
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

import data

#: Width of the penultimate layer, the features of the Frechet distance.
FEATURES = 128


class Classifier(nn.Module):
    """Three stages of two 3x3 convolutions; input [N, channels, H, W] in [-1, 1].

    options: how many each attribute has; one attribute is an ordinary class.
    """

    def __init__(self, channels=1, options=(10,)):
        super().__init__()
        self.options = list(options)
        layers, width_in = [], channels
        for width in (32, 64, 128):
            for _ in range(2):
                layers += [nn.Conv2d(width_in, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
                width_in = width
            layers.append(nn.MaxPool2d(2))
        self.body = nn.Sequential(*layers)
        self.hidden = nn.Linear(width_in, FEATURES)
        self.head = nn.Linear(FEATURES, sum(self.options))

    def features(self, x):
        """Return the penultimate activations, [N, FEATURES]."""
        return F.relu(self.hidden(self.body(x).mean((2, 3))))

    def forward(self, x):
        """Return the logits of all options, attribute after attribute: [N, sum of options]."""
        return self.head(F.dropout(self.features(x), 0.3, self.training))

    def loss(self, logits, labels):
        """Cross-entropy, summed over the attributes. labels: [N] or [N, attributes]."""
        columns = labels.view(len(labels), -1).unbind(1)
        return sum(F.cross_entropy(part, column) for part, column in zip(logits.split(self.options, 1), columns))

    def answers(self, x):
        """The likeliest option of every attribute, [N, attributes]."""
        return torch.stack([part.argmax(1) for part in self(x).split(self.options, 1)], 1)


def build(config):
    """The judge of a training configuration's pictures."""
    if "attributes" in config:
        return Classifier(config["model"]["in_channels"], [len(a["options"]) for a in config["attributes"]])
    return Classifier()


def load(folder, config=None):
    """Load the classifier that main() saved, in evaluation mode; without a
    configuration, Fashion-MNIST's."""
    model = build(config or {})
    model.load_state_dict(torch.load(Path(folder) / "classifier.pt"))
    return model.eval()


@torch.no_grad()
def agreement(model, x, labels, config):
    """For every attribute the share of pictures in which the model names it, of those
    in which it can be seen: [attributes]."""
    model.eval()
    answers = torch.cat([model.answers(part) for part in x.split(500)])
    seen = data.visible(config, labels)
    right = (answers == labels.view(len(labels), -1)) & seen
    return right.double().sum(0) / seen.sum(0)


def accuracy(model, x, labels, config):
    """Share of pictures whose class the model names; of several attributes the mean."""
    return agreement(model, x, labels, config).mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path(__file__).parent / "configs" / "fashion.json",
                        help="training configuration whose data set is judged")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)

    config = json.loads(args.config.read_text())
    images, labels = data.load(config, "train")
    test_images, test_labels = data.load(config, "test")
    test = data.to_unit_range(test_images)
    mirrored = "attributes" not in config  # a parting on the other side is another one
    model = build(config).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-2)
    steps = args.epochs * (len(images) // 128)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    begin = time.monotonic()
    with open(args.out / "log.csv", "w", newline="") as log_file:
        log = csv.writer(log_file)
        log.writerow(("epoch", "seconds", "train_loss", "test_accuracy"))
        for epoch in range(args.epochs):
            model.train()
            total = 0.0
            for pick in torch.randperm(len(images))[: len(images) // 128 * 128].split(128):
                x = data.to_unit_range(images[pick])
                if mirrored and torch.rand(()) < 0.5:
                    x = x.flip(3)
                x = x.to(memory_format=torch.channels_last)
                with torch.autocast("cpu", torch.bfloat16):
                    logits = model(x)
                loss = model.loss(logits.float(), labels[pick])
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
                schedule.step()
                total += loss.item() * 128 / len(images)
            row = (epoch + 1, round(time.monotonic() - begin), f"{total:.4f}", f"{accuracy(model, test, test_labels, config):.4f}")
            log.writerow(row)
            log_file.flush()
            print(*row, flush=True)
            torch.save(model.state_dict(), args.out / "classifier.pt")
    if "attributes" in config:
        for attribute, share in zip(config["attributes"], agreement(model, test, test_labels, config)):
            print(f"{attribute['name']}: {share:.4f}", flush=True)


if __name__ == "__main__":
    main()
