/** What {@code sola bench} measures. */
package org.sola.bench;
