// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.cairn.store;

import org.jspecify.annotations.NullMarked;
