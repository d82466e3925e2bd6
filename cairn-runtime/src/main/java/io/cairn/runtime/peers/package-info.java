// SPDX-License-Identifier: Apache-2.0
/** Asking other nodes by their names. */
@NullMarked
package io.cairn.runtime.peers;

import org.jspecify.annotations.NullMarked;
