// SPDX-License-Identifier: Apache-2.0
/** Finding documents: listings of factories, query tasks, their pages, the document index. */
@NullMarked
package io.cairn.runtime.query;

import org.jspecify.annotations.NullMarked;
