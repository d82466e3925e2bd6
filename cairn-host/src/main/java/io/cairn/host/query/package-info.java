// SPDX-License-Identifier: Apache-2.0
/** Finding documents: listings of factories, query tasks, their pages, the document index. */
@NullMarked
package io.cairn.host.query;

import org.jspecify.annotations.NullMarked;
