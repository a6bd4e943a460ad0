/** Pickles read as data: text, numbers and containers, and what an explicit list of names allows; never code. */
package org.sola.pickle;
