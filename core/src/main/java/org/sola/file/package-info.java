/** Files that are whole or not there. */
package org.sola.file;
