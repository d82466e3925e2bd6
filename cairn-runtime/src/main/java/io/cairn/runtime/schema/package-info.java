// SPDX-License-Identifier: Apache-2.0

/**
 * Schemas of documents: what this node knows of them, whether a changed one may start, rewriting.
 */
@NullMarked
package io.cairn.runtime.schema;

import org.jspecify.annotations.NullMarked;
