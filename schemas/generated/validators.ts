// @ts-nocheck
// Written by `choreo schema generate` from the JSON Schemas; do not edit.
import { deepEqual, formats, ucs2length } from 'aws-choreography/validation';

export const validateInventoryRejected = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId","sku"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64},"sku":{"type":"string","minLength":1,"maxLength":64}}};
const func0 = Object.prototype.hasOwnProperty;
const func3 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")) || (((data.sku === undefined) || (!(func0.call(data, "sku")))) && (missing0 = "sku"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!((key0 === "orderId") || (key0 === "sku"))){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func3(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.sku !== undefined && func0.call(data, "sku")){
let data1 = data.sku;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(func3(data1) > 64){
validate0.errors = [{instancePath:instancePath+"/sku",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/sku",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/sku",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validateInventoryReleased = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64}}};
const func0 = Object.prototype.hasOwnProperty;
const func2 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!(key0 === "orderId")){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func2(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func2(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validateInventoryReserved = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId","reservationId","totalCents","currency","customerId"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64},"reservationId":{"type":"string","minLength":1,"maxLength":64},"totalCents":{"type":"integer","minimum":0,"maximum":100000000000},"currency":{"type":"string","pattern":"^[A-Z]{3}$","maxLength":3},"customerId":{"type":"string","minLength":1,"maxLength":64}}};
const func0 = Object.prototype.hasOwnProperty;
const func6 = ucs2length;
const pattern0 = new RegExp("^[A-Z]{3}$", "u");

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")) || (((data.reservationId === undefined) || (!(func0.call(data, "reservationId")))) && (missing0 = "reservationId"))) || (((data.totalCents === undefined) || (!(func0.call(data, "totalCents")))) && (missing0 = "totalCents"))) || (((data.currency === undefined) || (!(func0.call(data, "currency")))) && (missing0 = "currency"))) || (((data.customerId === undefined) || (!(func0.call(data, "customerId")))) && (missing0 = "customerId"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!(((((key0 === "orderId") || (key0 === "reservationId")) || (key0 === "totalCents")) || (key0 === "currency")) || (key0 === "customerId"))){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func6(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func6(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reservationId !== undefined && func0.call(data, "reservationId")){
let data1 = data.reservationId;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(func6(data1) > 64){
validate0.errors = [{instancePath:instancePath+"/reservationId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func6(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/reservationId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/reservationId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.totalCents !== undefined && func0.call(data, "totalCents")){
let data2 = data.totalCents;
const _errs6 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate0.errors = [{instancePath:instancePath+"/totalCents",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs6){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 100000000000 || isNaN(data2)){
validate0.errors = [{instancePath:instancePath+"/totalCents",keyword:"maximum",params:{comparison: "<=", limit: 100000000000}}];
return false;
}
else {
if(data2 < 0 || isNaN(data2)){
validate0.errors = [{instancePath:instancePath+"/totalCents",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.currency !== undefined && func0.call(data, "currency")){
let data3 = data.currency;
const _errs8 = errors;
if(errors === _errs8){
if(typeof data3 === "string"){
if(func6(data3) > 3){
validate0.errors = [{instancePath:instancePath+"/currency",keyword:"maxLength",params:{limit: 3}}];
return false;
}
else {
if(!pattern0.test(data3)){
validate0.errors = [{instancePath:instancePath+"/currency",keyword:"pattern",params:{pattern: "^[A-Z]{3}$"}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/currency",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.customerId !== undefined && func0.call(data, "customerId")){
let data4 = data.customerId;
const _errs10 = errors;
if(errors === _errs10){
if(typeof data4 === "string"){
if(func6(data4) > 64){
validate0.errors = [{instancePath:instancePath+"/customerId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func6(data4) < 1){
validate0.errors = [{instancePath:instancePath+"/customerId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/customerId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validateOrderCancelled = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId","reason"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64},"reason":{"type":"string","minLength":1,"maxLength":500}}};
const func0 = Object.prototype.hasOwnProperty;
const func3 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")) || (((data.reason === undefined) || (!(func0.call(data, "reason")))) && (missing0 = "reason"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!((key0 === "orderId") || (key0 === "reason"))){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func3(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined && func0.call(data, "reason")){
let data1 = data.reason;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(func3(data1) > 500){
validate0.errors = [{instancePath:instancePath+"/reason",keyword:"maxLength",params:{limit: 500}}];
return false;
}
else {
if(func3(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/reason",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/reason",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validateOrderCompleted = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64}}};
const func0 = Object.prototype.hasOwnProperty;
const func2 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!(key0 === "orderId")){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func2(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func2(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validateOrderDeadlinePassed = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64}}};
const func0 = Object.prototype.hasOwnProperty;
const func2 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!(key0 === "orderId")){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func2(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func2(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validateOrderExpired = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64}}};
const func0 = Object.prototype.hasOwnProperty;
const func2 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!(key0 === "orderId")){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func2(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func2(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validateOrderPlacedV1 = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId","customerId","items","totalCents"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64},"customerId":{"type":"string","minLength":1,"maxLength":64},"items":{"type":"array","maxItems":100,"items":{"type":"object","additionalProperties":false,"required":["sku","quantity"],"properties":{"sku":{"type":"string","minLength":1,"maxLength":64},"quantity":{"type":"integer","minimum":1,"maximum":10000}}}},"totalCents":{"type":"integer","minimum":0,"maximum":100000000000}}};
const func0 = Object.prototype.hasOwnProperty;
const func5 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")) || (((data.customerId === undefined) || (!(func0.call(data, "customerId")))) && (missing0 = "customerId"))) || (((data.items === undefined) || (!(func0.call(data, "items")))) && (missing0 = "items"))) || (((data.totalCents === undefined) || (!(func0.call(data, "totalCents")))) && (missing0 = "totalCents"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!((((key0 === "orderId") || (key0 === "customerId")) || (key0 === "items")) || (key0 === "totalCents"))){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func5(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func5(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.customerId !== undefined && func0.call(data, "customerId")){
let data1 = data.customerId;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(func5(data1) > 64){
validate0.errors = [{instancePath:instancePath+"/customerId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func5(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/customerId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/customerId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.items !== undefined && func0.call(data, "items")){
let data2 = data.items;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data2)){
if(data2.length > 100){
validate0.errors = [{instancePath:instancePath+"/items",keyword:"maxItems",params:{limit: 100}}];
return false;
}
else {
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs8 = errors;
if(errors === _errs8){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing1;
if((((data3.sku === undefined) || (!(func0.call(data3, "sku")))) && (missing1 = "sku")) || (((data3.quantity === undefined) || (!(func0.call(data3, "quantity")))) && (missing1 = "quantity"))){
validate0.errors = [{instancePath:instancePath+"/items/" + i0,keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs10 = errors;
for(const key1 of Object.keys(data3)){
if(!((key1 === "sku") || (key1 === "quantity"))){
validate0.errors = [{instancePath:instancePath+"/items/" + i0,keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs10 === errors){
if(data3.sku !== undefined && func0.call(data3, "sku")){
let data4 = data3.sku;
const _errs11 = errors;
if(errors === _errs11){
if(typeof data4 === "string"){
if(func5(data4) > 64){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/sku",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func5(data4) < 1){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/sku",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/sku",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.quantity !== undefined && func0.call(data3, "quantity")){
let data5 = data3.quantity;
const _errs13 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/quantity",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs13){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 10000 || isNaN(data5)){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/quantity",keyword:"maximum",params:{comparison: "<=", limit: 10000}}];
return false;
}
else {
if(data5 < 1 || isNaN(data5)){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/quantity",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid2 = _errs13 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/items/" + i0,keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid1 = _errs8 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/items",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.totalCents !== undefined && func0.call(data, "totalCents")){
let data6 = data.totalCents;
const _errs15 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate0.errors = [{instancePath:instancePath+"/totalCents",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs15){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 100000000000 || isNaN(data6)){
validate0.errors = [{instancePath:instancePath+"/totalCents",keyword:"maximum",params:{comparison: "<=", limit: 100000000000}}];
return false;
}
else {
if(data6 < 0 || isNaN(data6)){
validate0.errors = [{instancePath:instancePath+"/totalCents",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validateOrderPlaced = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId","customerId","items","totalCents","currency"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64},"customerId":{"type":"string","minLength":1,"maxLength":64},"items":{"type":"array","maxItems":100,"items":{"type":"object","additionalProperties":false,"required":["sku","quantity"],"properties":{"sku":{"type":"string","minLength":1,"maxLength":64},"quantity":{"type":"integer","minimum":1,"maximum":10000}}}},"totalCents":{"type":"integer","minimum":0,"maximum":100000000000},"currency":{"type":"string","pattern":"^[A-Z]{3}$","maxLength":3}}};
const func0 = Object.prototype.hasOwnProperty;
const func6 = ucs2length;
const pattern0 = new RegExp("^[A-Z]{3}$", "u");

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")) || (((data.customerId === undefined) || (!(func0.call(data, "customerId")))) && (missing0 = "customerId"))) || (((data.items === undefined) || (!(func0.call(data, "items")))) && (missing0 = "items"))) || (((data.totalCents === undefined) || (!(func0.call(data, "totalCents")))) && (missing0 = "totalCents"))) || (((data.currency === undefined) || (!(func0.call(data, "currency")))) && (missing0 = "currency"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!(((((key0 === "orderId") || (key0 === "customerId")) || (key0 === "items")) || (key0 === "totalCents")) || (key0 === "currency"))){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func6(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func6(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.customerId !== undefined && func0.call(data, "customerId")){
let data1 = data.customerId;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(func6(data1) > 64){
validate0.errors = [{instancePath:instancePath+"/customerId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func6(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/customerId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/customerId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.items !== undefined && func0.call(data, "items")){
let data2 = data.items;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data2)){
if(data2.length > 100){
validate0.errors = [{instancePath:instancePath+"/items",keyword:"maxItems",params:{limit: 100}}];
return false;
}
else {
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs8 = errors;
if(errors === _errs8){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing1;
if((((data3.sku === undefined) || (!(func0.call(data3, "sku")))) && (missing1 = "sku")) || (((data3.quantity === undefined) || (!(func0.call(data3, "quantity")))) && (missing1 = "quantity"))){
validate0.errors = [{instancePath:instancePath+"/items/" + i0,keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs10 = errors;
for(const key1 of Object.keys(data3)){
if(!((key1 === "sku") || (key1 === "quantity"))){
validate0.errors = [{instancePath:instancePath+"/items/" + i0,keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs10 === errors){
if(data3.sku !== undefined && func0.call(data3, "sku")){
let data4 = data3.sku;
const _errs11 = errors;
if(errors === _errs11){
if(typeof data4 === "string"){
if(func6(data4) > 64){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/sku",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func6(data4) < 1){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/sku",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/sku",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.quantity !== undefined && func0.call(data3, "quantity")){
let data5 = data3.quantity;
const _errs13 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/quantity",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs13){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 10000 || isNaN(data5)){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/quantity",keyword:"maximum",params:{comparison: "<=", limit: 10000}}];
return false;
}
else {
if(data5 < 1 || isNaN(data5)){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/quantity",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid2 = _errs13 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/items/" + i0,keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid1 = _errs8 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/items",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.totalCents !== undefined && func0.call(data, "totalCents")){
let data6 = data.totalCents;
const _errs15 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate0.errors = [{instancePath:instancePath+"/totalCents",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs15){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 100000000000 || isNaN(data6)){
validate0.errors = [{instancePath:instancePath+"/totalCents",keyword:"maximum",params:{comparison: "<=", limit: 100000000000}}];
return false;
}
else {
if(data6 < 0 || isNaN(data6)){
validate0.errors = [{instancePath:instancePath+"/totalCents",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.currency !== undefined && func0.call(data, "currency")){
let data7 = data.currency;
const _errs17 = errors;
if(errors === _errs17){
if(typeof data7 === "string"){
if(func6(data7) > 3){
validate0.errors = [{instancePath:instancePath+"/currency",keyword:"maxLength",params:{limit: 3}}];
return false;
}
else {
if(!pattern0.test(data7)){
validate0.errors = [{instancePath:instancePath+"/currency",keyword:"pattern",params:{pattern: "^[A-Z]{3}$"}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/currency",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs17 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validatePaymentCharged = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId","chargeId","amountCents"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64},"chargeId":{"type":"string","minLength":1,"maxLength":128},"amountCents":{"type":"integer","minimum":0,"maximum":100000000000}}};
const func0 = Object.prototype.hasOwnProperty;
const func4 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")) || (((data.chargeId === undefined) || (!(func0.call(data, "chargeId")))) && (missing0 = "chargeId"))) || (((data.amountCents === undefined) || (!(func0.call(data, "amountCents")))) && (missing0 = "amountCents"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!(((key0 === "orderId") || (key0 === "chargeId")) || (key0 === "amountCents"))){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func4(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func4(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.chargeId !== undefined && func0.call(data, "chargeId")){
let data1 = data.chargeId;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(func4(data1) > 128){
validate0.errors = [{instancePath:instancePath+"/chargeId",keyword:"maxLength",params:{limit: 128}}];
return false;
}
else {
if(func4(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/chargeId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/chargeId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.amountCents !== undefined && func0.call(data, "amountCents")){
let data2 = data.amountCents;
const _errs6 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate0.errors = [{instancePath:instancePath+"/amountCents",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs6){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 100000000000 || isNaN(data2)){
validate0.errors = [{instancePath:instancePath+"/amountCents",keyword:"maximum",params:{comparison: "<=", limit: 100000000000}}];
return false;
}
else {
if(data2 < 0 || isNaN(data2)){
validate0.errors = [{instancePath:instancePath+"/amountCents",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validatePaymentFailed = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId","reason"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64},"reason":{"type":"string","minLength":1,"maxLength":500}}};
const func0 = Object.prototype.hasOwnProperty;
const func3 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")) || (((data.reason === undefined) || (!(func0.call(data, "reason")))) && (missing0 = "reason"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!((key0 === "orderId") || (key0 === "reason"))){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func3(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined && func0.call(data, "reason")){
let data1 = data.reason;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(func3(data1) > 500){
validate0.errors = [{instancePath:instancePath+"/reason",keyword:"maxLength",params:{limit: 500}}];
return false;
}
else {
if(func3(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/reason",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/reason",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validatePaymentRefunded = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId","chargeId"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64},"chargeId":{"type":"string","minLength":1,"maxLength":128}}};
const func0 = Object.prototype.hasOwnProperty;
const func3 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")) || (((data.chargeId === undefined) || (!(func0.call(data, "chargeId")))) && (missing0 = "chargeId"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!((key0 === "orderId") || (key0 === "chargeId"))){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func3(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.chargeId !== undefined && func0.call(data, "chargeId")){
let data1 = data.chargeId;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(func3(data1) > 128){
validate0.errors = [{instancePath:instancePath+"/chargeId",keyword:"maxLength",params:{limit: 128}}];
return false;
}
else {
if(func3(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/chargeId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/chargeId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validatePlaceOrder = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["customerId","items","totalCents","currency"],"properties":{"customerId":{"type":"string","minLength":1,"maxLength":64},"items":{"type":"array","maxItems":100,"items":{"type":"object","additionalProperties":false,"required":["sku","quantity"],"properties":{"sku":{"type":"string","minLength":1,"maxLength":64},"quantity":{"type":"integer","minimum":1,"maximum":10000}}}},"totalCents":{"type":"integer","minimum":0,"maximum":100000000000},"currency":{"type":"string","pattern":"^[A-Z]{3}$","maxLength":3}}};
const func0 = Object.prototype.hasOwnProperty;
const func5 = ucs2length;
const pattern0 = new RegExp("^[A-Z]{3}$", "u");

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.customerId === undefined) || (!(func0.call(data, "customerId")))) && (missing0 = "customerId")) || (((data.items === undefined) || (!(func0.call(data, "items")))) && (missing0 = "items"))) || (((data.totalCents === undefined) || (!(func0.call(data, "totalCents")))) && (missing0 = "totalCents"))) || (((data.currency === undefined) || (!(func0.call(data, "currency")))) && (missing0 = "currency"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!((((key0 === "customerId") || (key0 === "items")) || (key0 === "totalCents")) || (key0 === "currency"))){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.customerId !== undefined && func0.call(data, "customerId")){
let data0 = data.customerId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func5(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/customerId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func5(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/customerId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/customerId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.items !== undefined && func0.call(data, "items")){
let data1 = data.items;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data1)){
if(data1.length > 100){
validate0.errors = [{instancePath:instancePath+"/items",keyword:"maxItems",params:{limit: 100}}];
return false;
}
else {
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs6 = errors;
if(errors === _errs6){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if((((data2.sku === undefined) || (!(func0.call(data2, "sku")))) && (missing1 = "sku")) || (((data2.quantity === undefined) || (!(func0.call(data2, "quantity")))) && (missing1 = "quantity"))){
validate0.errors = [{instancePath:instancePath+"/items/" + i0,keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs8 = errors;
for(const key1 of Object.keys(data2)){
if(!((key1 === "sku") || (key1 === "quantity"))){
validate0.errors = [{instancePath:instancePath+"/items/" + i0,keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs8 === errors){
if(data2.sku !== undefined && func0.call(data2, "sku")){
let data3 = data2.sku;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data3 === "string"){
if(func5(data3) > 64){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/sku",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func5(data3) < 1){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/sku",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/sku",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.quantity !== undefined && func0.call(data2, "quantity")){
let data4 = data2.quantity;
const _errs11 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/quantity",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs11){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 10000 || isNaN(data4)){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/quantity",keyword:"maximum",params:{comparison: "<=", limit: 10000}}];
return false;
}
else {
if(data4 < 1 || isNaN(data4)){
validate0.errors = [{instancePath:instancePath+"/items/" + i0+"/quantity",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/items/" + i0,keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/items",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.totalCents !== undefined && func0.call(data, "totalCents")){
let data5 = data.totalCents;
const _errs13 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate0.errors = [{instancePath:instancePath+"/totalCents",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs13){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 100000000000 || isNaN(data5)){
validate0.errors = [{instancePath:instancePath+"/totalCents",keyword:"maximum",params:{comparison: "<=", limit: 100000000000}}];
return false;
}
else {
if(data5 < 0 || isNaN(data5)){
validate0.errors = [{instancePath:instancePath+"/totalCents",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.currency !== undefined && func0.call(data, "currency")){
let data6 = data.currency;
const _errs15 = errors;
if(errors === _errs15){
if(typeof data6 === "string"){
if(func5(data6) > 3){
validate0.errors = [{instancePath:instancePath+"/currency",keyword:"maxLength",params:{limit: 3}}];
return false;
}
else {
if(!pattern0.test(data6)){
validate0.errors = [{instancePath:instancePath+"/currency",keyword:"pattern",params:{pattern: "^[A-Z]{3}$"}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/currency",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validateShipmentCreated = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId","trackingCode"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64},"trackingCode":{"type":"string","minLength":1,"maxLength":128}}};
const func0 = Object.prototype.hasOwnProperty;
const func3 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")) || (((data.trackingCode === undefined) || (!(func0.call(data, "trackingCode")))) && (missing0 = "trackingCode"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!((key0 === "orderId") || (key0 === "trackingCode"))){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func3(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.trackingCode !== undefined && func0.call(data, "trackingCode")){
let data1 = data.trackingCode;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(func3(data1) > 128){
validate0.errors = [{instancePath:instancePath+"/trackingCode",keyword:"maxLength",params:{limit: 128}}];
return false;
}
else {
if(func3(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/trackingCode",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/trackingCode",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();

export const validateShipmentFailed = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","additionalProperties":false,"required":["orderId","carrier"],"properties":{"orderId":{"type":"string","minLength":1,"maxLength":64},"carrier":{"type":"string","minLength":1,"maxLength":64}}};
const func0 = Object.prototype.hasOwnProperty;
const func3 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.orderId === undefined) || (!(func0.call(data, "orderId")))) && (missing0 = "orderId")) || (((data.carrier === undefined) || (!(func0.call(data, "carrier")))) && (missing0 = "carrier"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!((key0 === "orderId") || (key0 === "carrier"))){
validate0.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.orderId !== undefined && func0.call(data, "orderId")){
let data0 = data.orderId;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func3(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/orderId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.carrier !== undefined && func0.call(data, "carrier")){
let data1 = data.carrier;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(func3(data1) > 64){
validate0.errors = [{instancePath:instancePath+"/carrier",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/carrier",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/carrier",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate0.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate0.errors = vErrors;
return errors === 0;
}
return validate0;
})();
