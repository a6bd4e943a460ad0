/** Ablations: a grid of configurations, each trained and scored several times, in one table. */
package org.sola.ablate;
