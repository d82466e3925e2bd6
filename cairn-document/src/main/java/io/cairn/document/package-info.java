// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.cairn.document;

import org.jspecify.annotations.NullMarked;
