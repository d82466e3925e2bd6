// SPDX-License-Identifier: Apache-2.0
/** What a host notes of the requests that it gets, while somebody wants it to. */
@NullMarked
package io.cairn.runtime.tracing;

import org.jspecify.annotations.NullMarked;
