// SPDX-License-Identifier: Apache-2.0
/** Runs several hosts of one group on this machine, each in a process of its own. */
@NullMarked
package io.cairn.launch.nodes;

import org.jspecify.annotations.NullMarked;
