/** Data sets of referring videos in the layouts of their publishers: reading, writing, checking. */
package org.sola.dataset;
