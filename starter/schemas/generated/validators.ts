// @ts-nocheck
// Written by `choreo schema generate` from the JSON Schemas; do not edit.
import { deepEqual, formats, ucs2length } from 'aws-choreography/validation';

export const validateBookTrip = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","required":["traveller","hotel","nights","priceCents"],"properties":{"traveller":{"type":"string","minLength":1,"maxLength":64},"hotel":{"type":"string","minLength":1,"maxLength":64},"nights":{"type":"integer","minimum":1,"maximum":60},"priceCents":{"type":"integer","minimum":0,"maximum":100000000}}};
const func0 = Object.prototype.hasOwnProperty;
const func5 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.traveller === undefined) || (!(func0.call(data, "traveller")))) && (missing0 = "traveller")) || (((data.hotel === undefined) || (!(func0.call(data, "hotel")))) && (missing0 = "hotel"))) || (((data.nights === undefined) || (!(func0.call(data, "nights")))) && (missing0 = "nights"))) || (((data.priceCents === undefined) || (!(func0.call(data, "priceCents")))) && (missing0 = "priceCents"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.traveller !== undefined && func0.call(data, "traveller")){
let data0 = data.traveller;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func5(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/traveller",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func5(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/traveller",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/traveller",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hotel !== undefined && func0.call(data, "hotel")){
let data1 = data.hotel;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func5(data1) > 64){
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func5(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.nights !== undefined && func0.call(data, "nights")){
let data2 = data.nights;
const _errs5 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate0.errors = [{instancePath:instancePath+"/nights",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs5){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 60 || isNaN(data2)){
validate0.errors = [{instancePath:instancePath+"/nights",keyword:"maximum",params:{comparison: "<=", limit: 60}}];
return false;
}
else {
if(data2 < 1 || isNaN(data2)){
validate0.errors = [{instancePath:instancePath+"/nights",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.priceCents !== undefined && func0.call(data, "priceCents")){
let data3 = data.priceCents;
const _errs7 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate0.errors = [{instancePath:instancePath+"/priceCents",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs7){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 100000000 || isNaN(data3)){
validate0.errors = [{instancePath:instancePath+"/priceCents",keyword:"maximum",params:{comparison: "<=", limit: 100000000}}];
return false;
}
else {
if(data3 < 0 || isNaN(data3)){
validate0.errors = [{instancePath:instancePath+"/priceCents",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs7 === errors;
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

export const validateOpenHotel = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","required":["hotel","rooms"],"properties":{"hotel":{"type":"string","minLength":1,"maxLength":64},"rooms":{"type":"integer","minimum":1,"maximum":10000}}};
const func0 = Object.prototype.hasOwnProperty;
const func3 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.hotel === undefined) || (!(func0.call(data, "hotel")))) && (missing0 = "hotel")) || (((data.rooms === undefined) || (!(func0.call(data, "rooms")))) && (missing0 = "rooms"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.hotel !== undefined && func0.call(data, "hotel")){
let data0 = data.hotel;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func3(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.rooms !== undefined && func0.call(data, "rooms")){
let data1 = data.rooms;
const _errs3 = errors;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
validate0.errors = [{instancePath:instancePath+"/rooms",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs3){
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 10000 || isNaN(data1)){
validate0.errors = [{instancePath:instancePath+"/rooms",keyword:"maximum",params:{comparison: "<=", limit: 10000}}];
return false;
}
else {
if(data1 < 1 || isNaN(data1)){
validate0.errors = [{instancePath:instancePath+"/rooms",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
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

export const validatePaymentDeclined = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","required":["tripId","reason"],"properties":{"tripId":{"type":"string","minLength":1,"maxLength":64},"reason":{"type":"string","minLength":1,"maxLength":200}}};
const func0 = Object.prototype.hasOwnProperty;
const func3 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.tripId === undefined) || (!(func0.call(data, "tripId")))) && (missing0 = "tripId")) || (((data.reason === undefined) || (!(func0.call(data, "reason")))) && (missing0 = "reason"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.tripId !== undefined && func0.call(data, "tripId")){
let data0 = data.tripId;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func3(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined && func0.call(data, "reason")){
let data1 = data.reason;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func3(data1) > 200){
validate0.errors = [{instancePath:instancePath+"/reason",keyword:"maxLength",params:{limit: 200}}];
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
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
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

export const validatePaymentTaken = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","required":["tripId","paymentId"],"properties":{"tripId":{"type":"string","minLength":1,"maxLength":64},"paymentId":{"type":"string","minLength":1,"maxLength":64}}};
const func0 = Object.prototype.hasOwnProperty;
const func3 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.tripId === undefined) || (!(func0.call(data, "tripId")))) && (missing0 = "tripId")) || (((data.paymentId === undefined) || (!(func0.call(data, "paymentId")))) && (missing0 = "paymentId"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.tripId !== undefined && func0.call(data, "tripId")){
let data0 = data.tripId;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func3(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.paymentId !== undefined && func0.call(data, "paymentId")){
let data1 = data.paymentId;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func3(data1) > 64){
validate0.errors = [{instancePath:instancePath+"/paymentId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/paymentId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/paymentId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
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

export const validateRoomRefused = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","required":["tripId","hotel"],"properties":{"tripId":{"type":"string","minLength":1,"maxLength":64},"hotel":{"type":"string","minLength":1,"maxLength":64}}};
const func0 = Object.prototype.hasOwnProperty;
const func3 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.tripId === undefined) || (!(func0.call(data, "tripId")))) && (missing0 = "tripId")) || (((data.hotel === undefined) || (!(func0.call(data, "hotel")))) && (missing0 = "hotel"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.tripId !== undefined && func0.call(data, "tripId")){
let data0 = data.tripId;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func3(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hotel !== undefined && func0.call(data, "hotel")){
let data1 = data.hotel;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func3(data1) > 64){
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
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

export const validateRoomReserved = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","required":["tripId","traveller","hotel","priceCents"],"properties":{"tripId":{"type":"string","minLength":1,"maxLength":64},"traveller":{"type":"string","minLength":1,"maxLength":64},"hotel":{"type":"string","minLength":1,"maxLength":64},"priceCents":{"type":"integer","minimum":0,"maximum":100000000}}};
const func0 = Object.prototype.hasOwnProperty;
const func5 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.tripId === undefined) || (!(func0.call(data, "tripId")))) && (missing0 = "tripId")) || (((data.traveller === undefined) || (!(func0.call(data, "traveller")))) && (missing0 = "traveller"))) || (((data.hotel === undefined) || (!(func0.call(data, "hotel")))) && (missing0 = "hotel"))) || (((data.priceCents === undefined) || (!(func0.call(data, "priceCents")))) && (missing0 = "priceCents"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.tripId !== undefined && func0.call(data, "tripId")){
let data0 = data.tripId;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func5(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func5(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.traveller !== undefined && func0.call(data, "traveller")){
let data1 = data.traveller;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func5(data1) > 64){
validate0.errors = [{instancePath:instancePath+"/traveller",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func5(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/traveller",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/traveller",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hotel !== undefined && func0.call(data, "hotel")){
let data2 = data.hotel;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data2 === "string"){
if(func5(data2) > 64){
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func5(data2) < 1){
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.priceCents !== undefined && func0.call(data, "priceCents")){
let data3 = data.priceCents;
const _errs7 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate0.errors = [{instancePath:instancePath+"/priceCents",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs7){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 100000000 || isNaN(data3)){
validate0.errors = [{instancePath:instancePath+"/priceCents",keyword:"maximum",params:{comparison: "<=", limit: 100000000}}];
return false;
}
else {
if(data3 < 0 || isNaN(data3)){
validate0.errors = [{instancePath:instancePath+"/priceCents",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs7 === errors;
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

export const validateTripCancelled = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","required":["tripId","reason"],"properties":{"tripId":{"type":"string","minLength":1,"maxLength":64},"reason":{"type":"string","minLength":1,"maxLength":200}}};
const func0 = Object.prototype.hasOwnProperty;
const func3 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.tripId === undefined) || (!(func0.call(data, "tripId")))) && (missing0 = "tripId")) || (((data.reason === undefined) || (!(func0.call(data, "reason")))) && (missing0 = "reason"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.tripId !== undefined && func0.call(data, "tripId")){
let data0 = data.tripId;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func3(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func3(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined && func0.call(data, "reason")){
let data1 = data.reason;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func3(data1) > 200){
validate0.errors = [{instancePath:instancePath+"/reason",keyword:"maxLength",params:{limit: 200}}];
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
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
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

export const validateTripConfirmed = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","required":["tripId"],"properties":{"tripId":{"type":"string","minLength":1,"maxLength":64}}};
const func0 = Object.prototype.hasOwnProperty;
const func2 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.tripId === undefined) || (!(func0.call(data, "tripId")))) && (missing0 = "tripId")){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.tripId !== undefined && func0.call(data, "tripId")){
let data0 = data.tripId;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func2(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func2(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"type",params:{type: "string"}}];
return false;
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

export const validateTripDeadlinePassed = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","required":["tripId"],"properties":{"tripId":{"type":"string","minLength":1,"maxLength":64}}};
const func0 = Object.prototype.hasOwnProperty;
const func2 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.tripId === undefined) || (!(func0.call(data, "tripId")))) && (missing0 = "tripId")){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.tripId !== undefined && func0.call(data, "tripId")){
let data0 = data.tripId;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func2(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func2(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"type",params:{type: "string"}}];
return false;
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

export const validateTripExpired = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","required":["tripId"],"properties":{"tripId":{"type":"string","minLength":1,"maxLength":64}}};
const func0 = Object.prototype.hasOwnProperty;
const func2 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.tripId === undefined) || (!(func0.call(data, "tripId")))) && (missing0 = "tripId")){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.tripId !== undefined && func0.call(data, "tripId")){
let data0 = data.tripId;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func2(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func2(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"type",params:{type: "string"}}];
return false;
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

export const validateTripRequested = /* @__PURE__ */ (() => {
const schema0 = {"type":"object","required":["tripId","traveller","hotel","nights","priceCents"],"properties":{"tripId":{"type":"string","minLength":1,"maxLength":64},"traveller":{"type":"string","minLength":1,"maxLength":64},"hotel":{"type":"string","minLength":1,"maxLength":64},"nights":{"type":"integer","minimum":1,"maximum":60},"priceCents":{"type":"integer","minimum":0,"maximum":100000000}}};
const func0 = Object.prototype.hasOwnProperty;
const func6 = ucs2length;

function validate0(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((data.tripId === undefined) || (!(func0.call(data, "tripId")))) && (missing0 = "tripId")) || (((data.traveller === undefined) || (!(func0.call(data, "traveller")))) && (missing0 = "traveller"))) || (((data.hotel === undefined) || (!(func0.call(data, "hotel")))) && (missing0 = "hotel"))) || (((data.nights === undefined) || (!(func0.call(data, "nights")))) && (missing0 = "nights"))) || (((data.priceCents === undefined) || (!(func0.call(data, "priceCents")))) && (missing0 = "priceCents"))){
validate0.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.tripId !== undefined && func0.call(data, "tripId")){
let data0 = data.tripId;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func6(data0) > 64){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func6(data0) < 1){
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/tripId",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.traveller !== undefined && func0.call(data, "traveller")){
let data1 = data.traveller;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func6(data1) > 64){
validate0.errors = [{instancePath:instancePath+"/traveller",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func6(data1) < 1){
validate0.errors = [{instancePath:instancePath+"/traveller",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/traveller",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hotel !== undefined && func0.call(data, "hotel")){
let data2 = data.hotel;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data2 === "string"){
if(func6(data2) > 64){
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(func6(data2) < 1){
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate0.errors = [{instancePath:instancePath+"/hotel",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.nights !== undefined && func0.call(data, "nights")){
let data3 = data.nights;
const _errs7 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate0.errors = [{instancePath:instancePath+"/nights",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs7){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 60 || isNaN(data3)){
validate0.errors = [{instancePath:instancePath+"/nights",keyword:"maximum",params:{comparison: "<=", limit: 60}}];
return false;
}
else {
if(data3 < 1 || isNaN(data3)){
validate0.errors = [{instancePath:instancePath+"/nights",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.priceCents !== undefined && func0.call(data, "priceCents")){
let data4 = data.priceCents;
const _errs9 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate0.errors = [{instancePath:instancePath+"/priceCents",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs9){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 100000000 || isNaN(data4)){
validate0.errors = [{instancePath:instancePath+"/priceCents",keyword:"maximum",params:{comparison: "<=", limit: 100000000}}];
return false;
}
else {
if(data4 < 0 || isNaN(data4)){
validate0.errors = [{instancePath:instancePath+"/priceCents",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs9 === errors;
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
