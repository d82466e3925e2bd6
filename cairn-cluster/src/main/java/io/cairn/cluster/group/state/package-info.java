// SPDX-License-Identifier: Apache-2.0
/**
 * What is known of a node group: its state as the system partition holds it, the commands that
 * change it, and what a node keeps of it on its own disk.
 */
@NullMarked
package io.cairn.cluster.group.state;

import org.jspecify.annotations.NullMarked;
