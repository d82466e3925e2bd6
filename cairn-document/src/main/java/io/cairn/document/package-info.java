// SPDX-License-Identifier: Apache-2.0

/**
 * Documents: their built-in fields, descriptions, kinds, JSON form, signatures, merging and time.
 */
@NullMarked
package io.cairn.document;

import org.jspecify.annotations.NullMarked;
