"""The judge of generated pictures: a small convolutional classifier of Fashion-MNIST.

    python tools/train/classifier.py --out runs/classifier

It is trained on the real training split only. Its penultimate layer gives the
features of the Frechet distance (quality.py); its answer on a generated picture
says whether the picture shows the class that was asked for.
"""

import argparse
import csv
import time
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

import data

#: Width of the penultimate layer, the features of the Frechet distance.
FEATURES = 128


class Classifier(nn.Module):
    """Three stages of two 3x3 convolutions; input [N, 1, 32, 32] in [-1, 1]."""

    def __init__(self):
        super().__init__()
        layers, width_in = [], 1
        for width in (32, 64, 128):
            for _ in range(2):
                layers += [nn.Conv2d(width_in, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
                width_in = width
            layers.append(nn.MaxPool2d(2))
        self.body = nn.Sequential(*layers)
        self.hidden = nn.Linear(width_in, FEATURES)
        self.head = nn.Linear(FEATURES, 10)

    def features(self, x):
        """Return the penultimate activations, [N, FEATURES]."""
        return F.relu(self.hidden(self.body(x).mean((2, 3))))

    def forward(self, x):
        return self.head(F.dropout(self.features(x), 0.3, self.training))


def load(folder):
    """Load the classifier that main() saved, in evaluation mode."""
    model = Classifier()
    model.load_state_dict(torch.load(Path(folder) / "classifier.pt"))
    return model.eval()


@torch.no_grad()
def accuracy(model, x, labels):
    """Share of pictures whose class the model names."""
    model.eval()
    right = sum((model(a).argmax(1) == b).sum().item() for a, b in zip(x.split(500), labels.split(500)))
    return right / len(labels)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=6)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)

    images, labels = data.load_fashion("train")
    test_images, test_labels = data.load_fashion("test")
    test = data.to_unit_range(test_images)
    model = Classifier().to(memory_format=torch.channels_last)
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
                if torch.rand(()) < 0.5:
                    x = x.flip(3)
                x = x.to(memory_format=torch.channels_last)
                with torch.autocast("cpu", torch.bfloat16):
                    logits = model(x)
                loss = F.cross_entropy(logits.float(), labels[pick])
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
                schedule.step()
                total += loss.item() * 128 / len(images)
            row = (epoch + 1, round(time.monotonic() - begin), f"{total:.4f}", f"{accuracy(model, test, test_labels):.4f}")
            log.writerow(row)
            log_file.flush()
            print(*row, flush=True)
            torch.save(model.state_dict(), args.out / "classifier.pt")


if __name__ == "__main__":
    main()
