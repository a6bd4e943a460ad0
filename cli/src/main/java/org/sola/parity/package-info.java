/** Parity cases: what reference implementations compute, against what this program computes ({@code sola parity}). */
package org.sola.parity;
