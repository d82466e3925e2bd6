// SPDX-License-Identifier: Apache-2.0
/** An application that the runtime tells which nodes of its cluster come and go. */
@NullMarked
package io.cairn.samples.cluster;

import org.jspecify.annotations.NullMarked;
