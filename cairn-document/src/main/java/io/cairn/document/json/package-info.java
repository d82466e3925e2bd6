// SPDX-License-Identifier: Apache-2.0
/**
 * JSON apart from documents: limits, the lenient dialect, the canonical form, patches, and what is
 * said of mistakes.
 */
@NullMarked
package io.cairn.document.json;

import org.jspecify.annotations.NullMarked;
