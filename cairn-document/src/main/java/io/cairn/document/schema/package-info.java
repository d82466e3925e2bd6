// SPDX-License-Identifier: Apache-2.0

/**
 * How document classes change: their schemas, what differs between two, and how documents that an
 * earlier class wrote are brought into the form of the present one.
 */
@NullMarked
package io.cairn.document.schema;

import org.jspecify.annotations.NullMarked;
