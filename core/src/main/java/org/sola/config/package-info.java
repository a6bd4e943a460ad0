/** Configuration: YAML files and {@code --set} into records. */
package org.sola.config;
