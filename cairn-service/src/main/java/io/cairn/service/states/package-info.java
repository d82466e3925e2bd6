// SPDX-License-Identifier: Apache-2.0
/** State machines of documents: which state may follow which, and what leads there. */
@NullMarked
package io.cairn.service.states;

import org.jspecify.annotations.NullMarked;
