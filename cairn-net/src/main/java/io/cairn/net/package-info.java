// SPDX-License-Identifier: Apache-2.0
/** What HTTP and the channel between nodes are made of: messages, handlers, limits, event loops. */
@NullMarked
package io.cairn.net;

import org.jspecify.annotations.NullMarked;
