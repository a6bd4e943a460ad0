package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;

/**
 * What a training step found; scalars.
 *
 * @param loss to be minimised
 * @param bestIou mean IoU of the best of three masks, low resolution
 * @param singleIou mean IoU of the single mask
 * @param kindAccuracy share of object tokens whose kind is read rightly
 */
record StepResult(NDArray loss, NDArray bestIou, NDArray singleIou, NDArray kindAccuracy) {}
