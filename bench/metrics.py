"""J and F of DAVIS as its published evaluation computes them, with NumPy, OpenCV and scikit-image.

Run by "sola bench metrics --peer PYTHON": reads lines such as "jf FILE 20 480 854" (a file with that many pairs of
predicted and true masks, a byte a pixel, and their height and width), scores all of them once and answers with the
seconds that it took a pair by the clock and in processor time, then the mean J and F as a check.
"""
import math
import sys
import time

import cv2
import numpy as np
import skimage
from skimage.morphology import disk


def region(prediction, truth):
    """J of each frame: intersection over union, 1 where both are empty."""
    prediction, truth = prediction.astype(bool), truth.astype(bool)
    common = np.sum(truth & prediction, axis=(-2, -1))
    union = np.sum(truth | prediction, axis=(-2, -1))
    iou = common / np.where(union == 0, 1, union)
    return np.where(np.isclose(union, 0), 1.0, iou)


def outline(mask):
    """Pixels that differ from their right, lower or lower right neighbour."""
    mask = mask.astype(bool)
    right, below, diagonal = np.zeros_like(mask), np.zeros_like(mask), np.zeros_like(mask)
    right[:, :-1] = mask[:, 1:]
    below[:-1, :] = mask[1:, :]
    diagonal[:-1, :-1] = mask[1:, 1:]
    edge = mask ^ right | mask ^ below | mask ^ diagonal
    edge[-1, :] = mask[-1, :] ^ right[-1, :]
    edge[:, -1] = mask[:, -1] ^ below[:, -1]
    edge[-1, -1] = False
    return edge


def boundary(prediction, truth):
    """F of one frame: boundaries match within 0.8 % of the diagonal."""
    bound = int(math.ceil(0.008 * np.linalg.norm(prediction.shape)))
    predicted, actual = outline(prediction), outline(truth)
    reach = disk(bound).astype(np.uint8)
    matched = predicted * cv2.dilate(actual.astype(np.uint8), reach)
    found = actual * cv2.dilate(predicted.astype(np.uint8), reach)
    n_predicted, n_actual = np.sum(predicted), np.sum(actual)
    if n_predicted == 0 and n_actual > 0:
        precision, recall = 1, 0
    elif n_predicted > 0 and n_actual == 0:
        precision, recall = 0, 1
    elif n_predicted == 0 and n_actual == 0:
        precision, recall = 1, 1
    else:
        precision, recall = np.sum(matched) / n_predicted, np.sum(found) / n_actual
    return 0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)


def main():
    files = {}
    print("ready OpenCV", cv2.__version__, "and scikit-image", skimage.__version__, flush=True)
    for line in sys.stdin:
        _, file, pairs, height, width = line.split()
        pairs, height, width = int(pairs), int(height), int(width)
        if file not in files:
            files[file] = np.fromfile(file, np.uint8).reshape(pairs, 2, height, width)
        prediction, truth = files[file][:, 0], files[file][:, 1]
        start, processor = time.perf_counter(), time.process_time()
        j = region(prediction, truth)
        f = [boundary(prediction[i], truth[i]) for i in range(pairs)]
        wall, processor = time.perf_counter() - start, time.process_time() - processor
        print(wall / pairs, processor / pairs, np.mean(j), np.mean(f), flush=True)


if __name__ == "__main__":
    main()
