// SPDX-License-Identifier: Apache-2.0
/** The network between nodes as its users see it: what they send, to whom, and how it can fail. */
@NullMarked
package io.cairn.net.peer;

import org.jspecify.annotations.NullMarked;
