/** Predictions as the benchmarks want them handed in: archives, label images, and a check of both. */
package org.sola.submission;
