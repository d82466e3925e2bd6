// SPDX-License-Identifier: Apache-2.0
/** Requests that one node has another one answer, and their answers, as bytes between the two. */
@NullMarked
package io.cairn.net.forward;

import org.jspecify.annotations.NullMarked;
