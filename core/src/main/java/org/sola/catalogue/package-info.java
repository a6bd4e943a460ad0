/** Published checkpoints: where their authors put them, how they get onto this machine, and whether they are what they should be. */
package org.sola.catalogue;
